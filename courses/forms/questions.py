from django import forms
from django.utils.translation import gettext_lazy as _

LONGEST = 10_000
AREA = {"rows": 8}


class QuestionForm(forms.Form):
    title = forms.CharField(
        label=_("Your question in a sentence"), max_length=160, widget=forms.TextInput
    )
    text = forms.CharField(
        label=_("What you tried, and what happened"),
        max_length=LONGEST,
        help_text=_("Markdown. Code goes between lines of three backticks."),
        widget=forms.Textarea(attrs=AREA),
    )


class ReplyForm(forms.Form):
    text = forms.CharField(
        label=_("Your answer"),
        max_length=LONGEST,
        help_text=_("Markdown. Code goes between lines of three backticks."),
        widget=forms.Textarea(attrs={"rows": 6}),
    )


class HideForm(forms.Form):
    reason = forms.CharField(
        label=_("Why"),
        max_length=240,
        help_text=_("For the course's log; learners do not see it."),
        widget=forms.TextInput,
    )


class QuestionFilterForm(forms.Form):
    q = forms.CharField(
        label=_("Words in questions and answers"),
        required=False,
        max_length=100,
        widget=forms.TextInput(
            attrs={"type": "search", "placeholder": _("Words in questions and answers")}
        ),
    )
    state = forms.ChoiceField(
        label=_("State"),
        required=False,
        choices=[
            ("", _("All questions")),
            ("unanswered", _("Without an accepted answer")),
            ("answered", _("With an accepted answer")),
        ],
    )
    lesson = forms.CharField(required=False, max_length=16, widget=forms.HiddenInput)
