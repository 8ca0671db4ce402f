"""What learners hand in, and what lecturers ask for and answer."""

from dataclasses import dataclass
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from core.forms import BothLanguages, WebField, ZonedDateTimeField
from courses.models import Assignment, AssignmentDue, Cohort, Course, Lesson, SubmissionStatus
from courses.queries.teaching import title_of

MOST_TEXT = 50_000
MOST_GRACE = 44_640  # a month of minutes


@dataclass(frozen=True)
class Read:
    """The draft that a page was made from: `2.7` is the second hand-in, after its seventh save."""

    number: int
    revision: int

    @classmethod
    def parse(cls, typed: str) -> "Read":
        """What is broken was read before the first: it collides instead of overwriting."""
        number, _dot, revision = typed.partition(".")
        return cls(*(int(part[:9]) if part.isdecimal() else 0 for part in (number, revision)))

    def __str__(self) -> str:
        return f"{self.number}.{self.revision}"


class WorkForm(forms.Form):
    """What is handed in. `read_draft` says what the page was made from."""

    text = forms.CharField(
        label=_("Your text"),
        required=False,
        strip=False,
        max_length=MOST_TEXT,
        help_text=_("Markdown, if you like."),
        widget=forms.Textarea(attrs={"rows": 12}),
    )
    link = WebField(
        label=_("Link"),
        required=False,
        max_length=500,
        help_text=_("Where your work can be seen: a repository, a document, a page."),
    )
    file = forms.FileField(label=_("Add a file"), required=False, max_length=255)
    read_draft = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, assignment: Assignment, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("text", "link", "file"):
            if not getattr(assignment, f"takes_{name}"):
                del self.fields[name]

    def clean_text(self) -> str:
        return str(self.cleaned_data["text"]).replace("\r\n", "\n")

    @property
    def read(self) -> Read:
        """What was read; the writer who has seen what collides saves over that."""
        return Read.parse(self.data.get("over_draft") or self.cleaned_data["read_draft"])

    @property
    def words(self) -> dict[str, str]:
        return {name: self.cleaned_data.get(name) or "" for name in ("text", "link")}


class AssignmentForm(BothLanguages, forms.ModelForm):
    """What lecturers ask for, in both languages."""

    either = ("title",)

    class Meta:
        model = Assignment
        fields = [
            "title_zh_hans", "title_en", "text_zh_hans", "text_en",
            "takes_text", "takes_file", "takes_link", "lesson", "is_required",
        ]  # fmt: skip
        labels = {
            "takes_text": _("A text"),
            "takes_file": _("Files"),
            "takes_link": _("A link"),
            "lesson": _("Belongs to the lesson"),
            "is_required": _("Needed for the certificate"),
        }
        help_texts = {
            "lesson": _("Learners find it there, once the lesson is open for them."),
        }

    def __init__(self, *args: Any, course: Course, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.name_languages({"title": _("Title"), "text": _("What to do, in Markdown")})
        for name in ("text_zh_hans", "text_en"):
            self.fields[name].widget.attrs["rows"] = 10
        offer_lessons(self.fields["lesson"], course)

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if not any(data.get(f"takes_{kind}") for kind in ("text", "file", "link")):
            self.add_error("takes_text", _("Choose at least one way to hand in."))
        return data

    def _post_clean(self) -> None:
        """The service writes the row; what is asked here is the form of what was typed."""


def offer_lessons(field: Any, course: Course) -> None:
    """Let a form choose among the lessons of the desk, each under its title."""
    lessons: QuerySet[Lesson] = Lesson.objects.live().filter(course=course)
    field.queryset = lessons.prefetch_related("drafts")
    field.label_from_instance = title_of
    field.empty_label = _("to the whole course")


class DueForm(forms.Form):
    """Until when one run hands in; times are in the run's zone."""

    due_at = ZonedDateTimeField(
        label=_("Due"), required=False, help_text=_("Left empty, it is taken at any time.")
    )
    grace_minutes = forms.IntegerField(
        label=_("Minutes of grace"),
        min_value=0,
        max_value=MOST_GRACE,
        initial=0,
        help_text=_("What comes so much later still counts as in time. Learners see it."),
    )
    takes_late = forms.BooleanField(
        label=_("Take late work, marked as late"), required=False, initial=True
    )

    def __init__(
        self, *args: Any, cohort: Cohort, due: AssignmentDue | None = None, **kwargs: Any
    ) -> None:
        names = ("due_at", "grace_minutes", "takes_late")
        if due:
            kwargs["initial"] = {name: getattr(due, name) for name in names}
        super().__init__(*args, auto_id=f"id_{cohort.public_id}_%s", **kwargs)
        self.fields["due_at"].zone = cohort.time_zone


class FeedbackForm(forms.Form):
    text = forms.CharField(
        label=_("Your feedback"),
        required=False,
        max_length=20_000,
        help_text=_("Markdown. The learner reads it on the assignment's page and by mail."),
        widget=forms.Textarea(attrs={"rows": 8}),
    )


class HandInFilterForm(forms.Form):
    assignment: "forms.ModelChoiceField[Assignment]" = forms.ModelChoiceField(
        queryset=Assignment.objects.none(), required=False, to_field_name="public_id"
    )
    status = forms.ChoiceField(required=False)

    def __init__(self, *args: Any, course: Course, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        hidden = {SubmissionStatus.DRAFT, SubmissionStatus.REPLACED}
        states = [state for state in SubmissionStatus.choices if state[0] not in hidden]
        self.fields["status"].choices = [*states, ("all", _("All"))]
        self.fields["status"].label = _("State")
        self.fields["assignment"].queryset = course.assignments.all()
        self.fields["assignment"].empty_label = _("All assignments")
        self.fields["assignment"].label = _("Assignment")
