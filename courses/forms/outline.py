"""Modules and lessons as the outline edits them, and the rules of one lesson."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from core.forms import BothLanguages, ZonedDateTimeField
from courses.models import Lesson, Module, ReleaseRule

MOST_DAYS = 3650
SHORT = {"zh_hans": "zh-hans", "en": "en"}  # the end of a field's name, the language's code


class ModuleForm(BothLanguages, forms.Form):
    either = ("title",)
    title_zh_hans = forms.CharField(max_length=160)
    title_en = forms.CharField(max_length=160)

    def __init__(self, *args: Any, module: Module | None = None, **kwargs: Any) -> None:
        if module:
            kwargs["initial"] = {
                "title_zh_hans": module.title_zh_hans,
                "title_en": module.title_en,
            }
        super().__init__(*args, **kwargs)
        self.name_languages({"title": _("Title of the module")})

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        return {name: value or "" for name, value in data.items()}


class LessonCreateForm(BothLanguages, forms.Form):
    either = ("title",)
    title_zh_hans = forms.CharField(max_length=200)
    title_en = forms.CharField(max_length=200)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.name_languages({"title": _("Title of the lesson")})

    def titles(self) -> dict[str, str]:
        """By language code; a language without a title gets no draft."""
        typed = {code: self.cleaned_data[f"title_{end}"] for end, code in SHORT.items()}
        return {code: title for code, title in typed.items() if title}


class MoveForm(forms.Form):
    """Where a module or a lesson goes: a step up or down, or before another one.

    `into` is the module that a lesson falls into; `before` empty is the end.
    """

    kind = forms.ChoiceField(choices=[("module", "module"), ("lesson", "lesson")])
    item = forms.CharField(max_length=16)
    direction = forms.ChoiceField(choices=[("up", "up"), ("down", "down"), ("place", "place")])
    before = forms.CharField(max_length=16, required=False)
    into = forms.CharField(max_length=16, required=False)


class LessonRulesForm(forms.Form):
    """When a lesson opens and what it counts for. Times are typed in the chapter's zone."""

    release = forms.ChoiceField(label=_("Opens"), choices=ReleaseRule.choices)
    release_at = ZonedDateTimeField(label=_("Opens on"), required=False)
    release_days = forms.IntegerField(
        label=_("Days"), required=False, min_value=0, max_value=MOST_DAYS
    )
    release_class = forms.IntegerField(
        label=_("Number of the class"),
        required=False,
        min_value=1,
        max_value=MOST_DAYS,
        help_text=_(
            "3: once the third class of the learner's run is over. Canceled ones do not count."
        ),
    )
    is_preview = forms.BooleanField(
        label=_("Free preview"),
        required=False,
        help_text=_("Everybody may read it, without enrolling."),
    )
    is_required = forms.BooleanField(
        label=_("Needed to complete the course"),
        required=False,
        help_text=_("Otherwise it is an extra: nice to read, and counted nowhere."),
    )
    minutes = forms.IntegerField(
        label=_("Minutes it takes"), required=False, min_value=1, max_value=6000
    )
    prerequisites = forms.ModelMultipleChoiceField(
        label=_("Only after"),
        queryset=Lesson.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("It stays locked until these are completed."),
    )
    slug = forms.SlugField(
        label=_("Address of the page"),
        max_length=80,
        help_text=_("Letters, digits and hyphens. Links to the old address end."),
    )

    def __init__(
        self, *args: Any, lesson: Lesson, others: Iterable[tuple[int, str]], **kwargs: Any
    ) -> None:
        kwargs.setdefault("initial", _rules(lesson))
        super().__init__(*args, **kwargs)
        self.lesson = lesson
        self.fields["release_at"].zone = lesson.course.chapter.time_zone
        field = self.fields["prerequisites"]
        choices = list(others)
        field.queryset = Lesson.objects.live().filter(course=lesson.course).exclude(pk=lesson.pk)
        field.choices = choices
        if not choices:
            del self.fields["prerequisites"]

    def clean(self) -> dict[str, Any]:
        """What another rule would want is forgotten."""
        data = self.cleaned_data
        release = data.get("release")
        if release == ReleaseRule.ON_DATE:
            self._want("release_at", _("Say on which day it opens."))
        else:
            data["release_at"] = None
        if release in {ReleaseRule.AFTER_START, ReleaseRule.AFTER_ENROLLMENT}:
            self._want("release_days", _("Say after how many days it opens."))
        else:
            data["release_days"] = None
        if release == ReleaseRule.AFTER_CLASS:
            self._want("release_class", _("Say after which class it opens."))
        else:
            data["release_class"] = None
        data["prerequisites"] = list(data.get("prerequisites") or [])
        return data

    def clean_slug(self) -> str:
        slug = self.cleaned_data["slug"]
        live = Lesson.objects.live().filter(course=self.lesson.course, slug=slug)
        if live.exclude(pk=self.lesson.pk).exists():
            raise ValidationError(_("Another lesson has this address."), code="taken")
        return slug

    def _want(self, name: str, sentence: Any) -> None:
        if self.cleaned_data.get(name) is None and name not in self.errors:
            self.add_error(name, sentence)


def _rules(lesson: Lesson) -> dict[str, Any]:
    names = (
        "release", "release_at", "release_days", "release_class", "is_preview", "is_required",
        "minutes", "slug",
    )  # fmt: skip
    needs = [needed.pk for needed in lesson.prerequisites.all()]
    return {name: getattr(lesson, name) for name in names} | {"prerequisites": needs}
