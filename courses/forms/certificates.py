from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from courses.models import CertificateRule

ASKED = (
    "lessons_percent", "min_attendance_percent", "needs_accepted_work", "needs_quizzes",
)  # fmt: skip


class RuleForm(forms.Form):
    """What a certificate asks for from now on."""

    is_giving = forms.BooleanField(
        label=_("Give certificates"),
        required=False,
        initial=True,
        help_text=_("Without it nobody gets one any more; those that were given stay."),
    )
    lessons_percent = forms.IntegerField(
        label=_("Percent of the required lessons"), min_value=0, max_value=100, initial=100
    )
    min_attendance_percent = forms.IntegerField(
        label=_("Percent of the classes attended"),
        min_value=0,
        max_value=100,
        initial=0,
        help_text=_("Of all classes of the run that count. 0: attendance is not asked."),
    )
    needs_accepted_work = forms.BooleanField(
        label=_("All required assignments accepted"), required=False
    )
    needs_quizzes = forms.BooleanField(label=_("All required quizzes passed"), required=False)
    note = forms.CharField(
        label=_("What changes"), max_length=240, required=False, widget=forms.TextInput
    )

    def __init__(self, *args: Any, rule: CertificateRule | None, **kwargs: Any) -> None:
        if rule is not None:
            kwargs["initial"] = {name: getattr(rule, name) for name in ("is_giving", *ASKED)}
        super().__init__(*args, **kwargs)

    def clean(self) -> dict[str, Any]:
        data = self.cleaned_data
        if not self.errors and data["is_giving"] and not any(data[name] for name in ASKED):
            self.add_error("lessons_percent", _("A certificate asks for something."))
        return data


class ReasonForm(forms.Form):
    reason = forms.CharField(
        label=_("Why"),
        max_length=240,
        help_text=_("Its holder reads this. Strangers do not."),
        widget=forms.TextInput,
    )


class ReissueForm(ReasonForm):
    name = forms.CharField(label=_("Name on the certificate"), max_length=120)
    field_order = ("name", "reason")


class NumberForm(forms.Form):
    number = forms.CharField(
        label=_("Number of the certificate"),
        max_length=40,
        help_text=_("Sixteen letters and digits, below the QR code."),
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}
        ),
    )


class FindForm(forms.Form):
    q = forms.CharField(
        label=_("Name, e-mail or number"),
        required=False,
        max_length=100,
        widget=forms.TextInput(
            attrs={"type": "search", "placeholder": _("Name, e-mail or number")}
        ),
    )
