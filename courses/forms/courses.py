"""A course as its lecturers describe it."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from community.models import Chapter
from core.forms import BothLanguages, CoverForm
from courses.models import Course, CourseLecturer

MOST_LECTURERS = 20


class CourseCreateForm(BothLanguages, forms.ModelForm):
    """The least that a course needs. Its languages are those that its lessons are written in."""

    either = ("title",)

    class Meta:
        model = Course
        fields = ["title_zh_hans", "title_en", "chapter", "slug"]
        help_texts = {"slug": _("Letters, digits and hyphens. Left empty, we make one.")}

    def __init__(self, *args: Any, chapters: QuerySet[Chapter], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.name_languages({"title": _("Title")})
        chapter = self.fields["chapter"]
        chapter.queryset, chapter.empty_label, chapter.label = chapters, None, _("Chapter")
        self.fields["slug"].required = False

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if not data.get("slug"):
            data.pop("slug", None)
        return data


class CourseForm(BothLanguages, CoverForm, forms.ModelForm):
    """What a course's page says of it, in both languages. These texts act when they are saved."""

    either = ("title",)
    completion_percent = forms.IntegerField(
        label=_("Percent of the required lessons that complete it"), min_value=1, max_value=100
    )

    class Meta:
        model = Course
        fields = [
            "title_zh_hans", "title_en", "summary_zh_hans", "summary_en",
            "audience_zh_hans", "audience_en", "outcomes_zh_hans", "outcomes_en",
            "description_zh_hans", "description_en", "level", "completion_percent",
            "refund_days", "slug",
        ]  # fmt: skip
        help_texts = {"slug": _("Letters, digits and hyphens.")}
        widgets = {
            **{
                f"{name}{suffix}": forms.Textarea(attrs={"rows": 5})
                for name in ("audience", "outcomes", "description")
                for suffix in ("_zh_hans", "_en")
            },
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.name_languages(
            {
                "title": _("Title"),
                "summary": _("In one sentence"),
                "audience": _("Who it is for"),
                "outcomes": _("What they will be able to do"),
                "description": _("Description"),
            }
        )
        for name in ("audience", "outcomes"):
            for suffix in ("_zh_hans", "_en"):
                self.fields[name + suffix].help_text = _("One line for each.")
        if self.instance.published_at:
            del self.fields["slug"]  # people have the link

    def _own(self) -> list[str]:
        return [name for name in self._meta.fields or () if name in self.fields]

    def values(self) -> dict[str, Any]:
        """What the service takes."""
        return {name: self.cleaned_data[name] for name in self._own()} | {"cover": self.cover}

    def differences(self, course: Course) -> list[dict[str, Any]]:
        """What was typed and what `course` holds, where they differ."""
        return [
            {
                "label": self.fields[name].label,
                "theirs": self._in_words(name, getattr(course, name)),
                "yours": self._in_words(name, self.cleaned_data[name]),
            }
            for name in self._own()
            if (self.cleaned_data[name] or None) != (getattr(course, name) or None)
        ]

    def _in_words(self, name: str, value: Any) -> str:
        choices = dict(getattr(self.fields[name], "choices", ()) or ())
        return str(choices.get(value, value if value is not None else ""))


class LecturerRatesForm(forms.Form):
    """`percent-<user pk>` for everybody who teaches; empty is nothing."""

    def __init__(
        self,
        *args: Any,
        lecturers: Iterable[CourseLecturer],
        bps: Mapping[int, int],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.users = [lecturer.user_id for lecturer in lecturers]
        for lecturer in lecturers:
            self.fields[f"percent-{lecturer.user_id}"] = forms.DecimalField(
                label=str(lecturer.user),
                min_value=Decimal(0),
                max_value=Decimal(100),
                decimal_places=2,
                required=False,
                initial=(Decimal(bps.get(lecturer.user_id, 0)) / 100).normalize(),
            )

    def bps(self) -> dict[int, int]:
        """After it is valid: {user pk: basis points}."""
        return {user: int((self.cleaned_data[f"percent-{user}"] or 0) * 100) for user in self.users}


class LecturersForm(forms.Form):
    """Those who teach a course: a sentence about each, who leads, who goes, and one to add."""

    lead = forms.TypedChoiceField(label=_("Leads the course"), coerce=int, widget=forms.RadioSelect)
    email = forms.EmailField(
        label=_("Add somebody by e-mail"),
        required=False,
        help_text=_("They need an account here. They can then write everything in this course."),
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )

    def __init__(self, *args: Any, lecturers: Iterable[CourseLecturer], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.lecturers = list(lecturers)
        for person in self.lecturers:
            self._add_person(person)
        lead = self.fields["lead"]
        lead.choices = [(person.pk, str(person.user)) for person in self.lecturers]
        lead.required = bool(self.lecturers)
        lead.initial = next((person.pk for person in self.lecturers if person.is_lead), None)

    def _add_person(self, person: CourseLecturer) -> None:
        for suffix, lang, label in (
            ("zh_hans", "zh-Hans", _("In a sentence, in Chinese")),
            ("en", "en", _("In a sentence, in English")),
        ):
            self.fields[f"bio_{suffix}-{person.pk}"] = forms.CharField(
                label=label,
                max_length=240,
                required=False,
                initial=getattr(person, f"bio_{suffix}"),
                widget=forms.TextInput(attrs={"lang": lang}),
            )
        self.fields[f"remove-{person.pk}"] = forms.BooleanField(
            label=_("Remove from this course"), required=False
        )

    def rows(self) -> list[dict[str, Any]]:
        """The fields of each person, to be drawn together."""
        return [
            {
                "lecturer": person,
                "bio_zh_hans": self[f"bio_zh_hans-{person.pk}"],
                "bio_en": self[f"bio_en-{person.pk}"],
                "remove": self[f"remove-{person.pk}"],
            }
            for person in self.lecturers
        ]

    def clean_email(self) -> str:
        email = self.cleaned_data["email"]
        if email and len(self.lecturers) >= MOST_LECTURERS:
            raise ValidationError(_("That many teach this course already."), code="too_many")
        return email

    def kept(self) -> list[tuple[User, dict[str, Any]]]:
        """Who stays, each with what the service writes about them."""
        data = self.cleaned_data
        return [
            (
                person.user,
                {
                    "is_lead": person.pk == data.get("lead"),
                    "bio_zh_hans": data[f"bio_zh_hans-{person.pk}"],
                    "bio_en": data[f"bio_en-{person.pk}"],
                },
            )
            for person in self.lecturers
            if not data[f"remove-{person.pk}"]
        ]
