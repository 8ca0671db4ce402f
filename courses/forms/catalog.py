"""What people narrow the catalog by. Anything unreadable is left out, never an error."""

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from community.models import Chapter
from core.forms import offer_choices
from courses.models import CourseLevel
from events.forms.filters import FilterForm

ANY = ("", _("Any"))


class CourseFilterForm(FilterForm):
    search = forms.CharField(
        label=_("Search"),
        required=False,
        widget=forms.TextInput(
            attrs={"type": "search", "placeholder": _("A topic, a lesson, a lecturer")}
        ),
    )
    level = forms.ChoiceField(label=_("Level"), required=False, choices=[ANY, *CourseLevel.choices])
    language = forms.ChoiceField(
        label=_("Language"), required=False, choices=[ANY, *settings.LANGUAGES]
    )
    price = forms.ChoiceField(
        label=_("Price"),
        required=False,
        choices=[ANY, ("free", _("Free")), ("paid", _("With a price"))],
    )
    chapter = forms.ChoiceField(label=_("Chapter"), required=False)

    def __init__(self, *args: Any, chapters: list[Chapter], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer_choices(self, "chapter", [ANY, *((each.slug, each.name) for each in chapters)])
