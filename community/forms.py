from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from community.models import Chapter, Role
from core.forms import BothLanguages, PercentField, WebField, ZoneField

ROLE_HELP = {
    Role.OWNER: _("Does everything, and invites others."),
    Role.ORGANIZER: _("Publishes events, sells tickets, sees who comes."),
    Role.LECTURER: _("Teaches courses."),
    Role.STEWARD: _("Checks tickets at the door."),
}


def _role_choices() -> list[tuple[str, str]]:
    """Asked for when a form is made: the words are the reader's."""
    return [(role.value, f"{role.label} — {ROLE_HELP[role]}") for role in Role]


class RolesField(forms.MultipleChoiceField):
    widget = forms.CheckboxSelectMultiple

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("label", _("Roles"))
        kwargs.setdefault("error_messages", {"required": _("Choose at least one role.")})
        super().__init__(choices=_role_choices, **kwargs)


class RolesForm(forms.Form):
    roles = RolesField()


class InvitationForm(forms.Form):
    email = forms.EmailField(
        label=_("E-mail"), widget=forms.EmailInput(attrs={"autocomplete": "off"})
    )
    roles = RolesField()


class ChapterForm(BothLanguages, forms.ModelForm):
    either = ("name",)
    time_zone = ZoneField(help_text=_("New events begin with it."))
    tax_bps = PercentField(
        label=_("Tax rate in percent"),
        required=False,
        help_text=_("Contained in your prices. 0: no tax is shown."),
    )

    class Meta:
        model = Chapter
        fields = [
            "name_zh_hans", "name_en", "description_zh_hans", "description_en", "seal_text",
            "city", "time_zone", "currency", "contact_email", "website",
            "legal_name", "legal_address", "legal_tax_id", "tax_bps", "tax_name_zh_hans",
            "tax_name_en", "dispute_policy",
        ]  # fmt: skip
        field_classes = {"website": WebField}
        widgets = {
            name: forms.Textarea(attrs={"rows": 8})
            for name in ("description_zh_hans", "description_en")
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.name_languages(
            {
                "name": _("Name"),
                "description": _("Description"),
                "tax_name": _("Name of the tax"),
            }
        )
        self.fields["dispute_policy"].help_text = _(
            "When a buyer's bank takes the money back, what becomes of the tickets?"
        )
        for suffix, *_rest in self.languages:
            self.fields[f"description{suffix}"].help_text = _("Markdown")
