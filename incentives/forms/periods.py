from django import forms
from django.utils.translation import gettext_lazy as _

from incentives.services.periods import DISPUTE_DAYS


class DayField(forms.DateField):
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class PeriodForm(forms.Form):
    start_on = DayField(label=_("First day"))
    end_on = DayField(label=_("Last day"))


class PublishForm(forms.Form):
    days = forms.IntegerField(
        label=_("Days for objections"), min_value=0, max_value=60, initial=DISPUTE_DAYS
    )


class WordsForm(forms.Form):
    """An objection, or the answer to one: everybody reads it."""

    text = forms.CharField(
        label=_("What is wrong"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Everybody can read it. Write nothing private."),
    )


class AnswerForm(WordsForm):
    text = forms.CharField(
        label=_("Answer"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Everybody can read it. Write nothing private."),
    )
