from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

WHO = [
    ("", _("Everybody")),
    ("quiet", _("Not here for two weeks")),
    ("waiting", _("Waiting for feedback")),
    ("done", _("Completed the course")),
]
SORTS = [
    ("name", _("Name, from A")),
    ("-name", _("Name, from Z")),
    ("-progress", _("Most progress")),
    ("progress", _("Least progress")),
    ("-attendance", _("Most classes")),
    ("attendance", _("Fewest classes")),
    ("-work", _("Most work accepted")),
    ("work", _("Least work accepted")),
    ("-quizzes", _("Most quizzes passed")),
    ("quizzes", _("Fewest quizzes passed")),
    ("-seen", _("Here last")),
    ("seen", _("Not here the longest")),
]


class RosterForm(forms.Form):
    """How a roster is narrowed and sorted. What makes no sense is left out."""

    q = forms.CharField(
        label=_("Name or e-mail"),
        required=False,
        widget=forms.TextInput(attrs={"type": "search", "placeholder": _("Name or e-mail")}),
    )
    who = forms.ChoiceField(label=_("Who"), required=False, choices=WHO)
    sort = forms.ChoiceField(label=_("Sort by"), required=False, choices=SORTS)

    def asked(self) -> dict[str, Any]:
        self.is_valid()
        data = self.cleaned_data
        return {
            "q": data.get("q") or "",
            "who": data.get("who") or "",
            "sort": data.get("sort") or "name",
        }
