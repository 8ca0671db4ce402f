"""Writing to all learners."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import BothLanguages
from courses.models import Announcement, Cohort, Course
from courses.queries.teaching import cohort_name

LONGEST = 20_000


class AnnouncementForm(BothLanguages, forms.Form):
    """A title and a text in at least one language; a reader of the other one gets that one."""

    either = ("title", "body")
    title_zh_hans = forms.CharField(max_length=160)
    title_en = forms.CharField(max_length=160)
    body_zh_hans = forms.CharField(max_length=LONGEST, widget=forms.Textarea(attrs={"rows": 8}))
    body_en = forms.CharField(max_length=LONGEST, widget=forms.Textarea(attrs={"rows": 8}))
    cohort: "forms.ModelChoiceField[Cohort]" = forms.ModelChoiceField(
        label=_("To"),
        queryset=Cohort.objects.none(),
        required=False,
        empty_label=_("learners of all runs"),
        to_field_name="public_id",
    )

    def __init__(
        self, *args: Any, course: Course, announcement: Announcement | None = None, **kwargs: Any
    ) -> None:
        names = ("title_zh_hans", "title_en", "body_zh_hans", "body_en")
        if announcement:
            kwargs["initial"] = {name: getattr(announcement, name) for name in names}
        super().__init__(*args, **kwargs)
        self.name_languages({"title": _("Title"), "body": _("Text")})
        if announcement:  # it was mailed to whom it was mailed
            del self.fields["cohort"]
            return
        self.fields["cohort"].queryset = course.cohorts.all()
        self.fields["cohort"].label_from_instance = cohort_name

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        for language in ("zh_hans", "en"):
            title, body = data.get(f"title_{language}"), data.get(f"body_{language}")
            if bool(title) != bool(body) and not self.errors:
                missing = "body" if title else "title"
                self.add_error(f"{missing}_{language}", _("Title and text go together."))
        for name in ("title_zh_hans", "title_en", "body_zh_hans", "body_en"):
            data[name] = data.get(name) or ""
        return data
