from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from incentives.models import Size

VERBS = ("accept", "reject", "ask", "revoke")


class ReviewForm(forms.Form):
    """The button that was pressed is the `verdict`; all but accepting say why."""

    size = forms.ChoiceField(label=_("Size"), widget=forms.RadioSelect, required=False)
    text = forms.CharField(
        label=_("Reason, question or remark"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Its authors read it, with your name."),
    )
    verdict = forms.ChoiceField(choices=[(verb, verb) for verb in VERBS], widget=forms.HiddenInput)

    def __init__(self, *args: Any, sizes: list[tuple[Size, int | None]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        verdict = self.data.get("verdict") if self.is_bound else "accept"
        size, text = self.fields["size"], self.fields["text"]
        size.choices = [
            (size, _("%(size)s — %(points)s points") % {"size": size.label, "points": points})
            for size, points in sizes
            if points
        ]
        size.required = verdict == "accept"
        size.error_messages["required"] = _("Choose a size.")
        text.required = verdict in ("reject", "ask", "revoke")
        text.error_messages["required"] = _("Write a sentence: its authors read it.")
