"""Planning the classes of a run."""

from datetime import datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.forms import BothLanguages, WebField, ZoneField
from core.recurrence import MOST, daily_rule, monthly_rule, wall_clock, weekly_rule
from courses.models import ClassPlace, ClassSession, Cohort
from events.models import Venue

WEEKDAYS = [
    ("0", _("Monday")),
    ("1", _("Tuesday")),
    ("2", _("Wednesday")),
    ("3", _("Thursday")),
    ("4", _("Friday")),
    ("5", _("Saturday")),
    ("6", _("Sunday")),
]
REPEATS = [
    ("", _("once")),
    ("weekly", _("every week")),
    ("biweekly", _("every second week")),
    ("daily", _("every day")),
    ("monthly", _("every month, on the same weekday")),
]
LONGEST = 24 * 60
YEARS = (2000, 2099)


class WallClockField(forms.DateTimeField):
    """What the clocks of some zone show, naive: only together with the zone is it a moment."""

    widget = forms.DateTimeInput(format="%Y-%m-%dT%H:%M", attrs={"type": "datetime-local"})

    def to_python(self, value: Any) -> datetime | None:
        with timezone.override("UTC"):  # whose clocks skip and repeat nothing
            found = super().to_python(value)
        if found and not YEARS[0] <= found.year <= YEARS[1]:
            raise ValidationError(_("Is this the right year?"), code="year")
        return found.replace(tzinfo=None) if found else None


class ClassForm(BothLanguages, forms.Form):
    """What is asked of a new class and of one that changes."""

    either = ("title",)
    title_zh_hans = forms.CharField(max_length=160)
    title_en = forms.CharField(max_length=160)
    first = WallClockField(label=_("Starts"))
    minutes = forms.IntegerField(label=_("Minutes"), min_value=1, max_value=LONGEST, initial=90)
    time_zone = ZoneField()
    place = forms.ChoiceField(label=_("Where"), choices=ClassPlace.choices)
    join_url = WebField(
        label=_("Link of the meeting"),
        required=False,
        max_length=500,
        help_text=_("Of any provider. Learners get there by a link of their own, never by this."),
    )
    venue: "forms.ModelChoiceField[Venue]" = forms.ModelChoiceField(
        label=_("Venue"), queryset=Venue.objects.none(), required=False
    )
    opens_before_minutes = forms.IntegerField(
        label=_("Opens so many minutes before"), min_value=0, max_value=LONGEST, initial=15
    )
    is_counted = forms.BooleanField(label=_("Counts for attendance"), required=False, initial=True)

    def __init__(self, *args: Any, cohort: Cohort, venues: QuerySet[Venue], **kwargs: Any) -> None:
        kwargs.setdefault("initial", {"time_zone": cohort.time_zone})
        super().__init__(*args, **kwargs)
        self.name_languages({"title": _("Title")})
        self.fields["venue"].queryset = venues
        if not venues:
            self.fields["venue"].help_text = _("Your chapter has no venue yet.")

    def clean_join_url(self) -> str:
        url: str = self.cleaned_data["join_url"]
        if url and not url.startswith("https://"):
            raise ValidationError(_("The link must begin with https://."), code="insecure")
        return url

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        for name in ("title_zh_hans", "title_en", "join_url"):
            data[name] = data.get(name) or ""
        if data.get("place") == ClassPlace.VENUE:
            data["join_url"] = ""
            if not data.get("venue") and "venue" not in self.errors:
                self.add_error("venue", _("Say at which venue the class takes place."))
        else:
            data["venue"] = None
        return data


class ClassPlanForm(ClassForm):
    """One class or many: `cleaned_data["rule"]` is empty for one."""

    repeats = forms.ChoiceField(label=_("Repeats"), choices=REPEATS, required=False)
    weekdays = forms.MultipleChoiceField(
        label=_("On which days of the week"),
        choices=WEEKDAYS,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("The day of the first class is always one of them."),
    )
    count = forms.IntegerField(label=_("How many"), required=False, min_value=1, max_value=MOST)
    until = forms.DateField(
        label=_("Or until"),
        required=False,
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
    )

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        repeats, first = data.pop("repeats", ""), data.get("first")
        days, count, until = (data.pop(name, None) for name in ("weekdays", "count", "until"))
        data["rule"] = ""
        if not repeats or not first:
            return data
        if bool(count) == bool(until) and not {"count", "until"} & self.errors.keys():
            self.add_error("count", _("Say how many, or until when: one of the two."))
        elif until and until < first.date():
            self.add_error("until", _("This is before the first class."))
        else:
            data["rule"] = _rule(repeats, first, days or [], count, until)
        return data


def _rule(repeats: str, first: datetime, days: list[str], count: Any, until: Any) -> str:
    ends = {"count": count, "until": None if count else until}
    if repeats == "daily":
        return daily_rule(**ends)
    if repeats == "monthly":
        return monthly_rule(first, **ends)
    every = 2 if repeats == "biweekly" else 1
    return weekly_rule(first, weekdays=[int(day) for day in days], every=every, **ends)


class ClassChangeForm(ClassForm):
    """One class, or also those planned with it that come later."""

    scope = forms.ChoiceField(
        label=_("Change"),
        choices=[("one", _("only this class")), ("following", _("this and the following"))],
        widget=forms.RadioSelect,
    )

    def __init__(self, *args: Any, session: ClassSession, siblings: int, **kwargs: Any) -> None:
        kwargs["initial"] = _values(session)
        super().__init__(*args, cohort=session.cohort, **kwargs)
        if not siblings:
            del self.fields["scope"]


def _values(session: ClassSession) -> dict[str, Any]:
    names = (
        "title_zh_hans", "title_en", "time_zone", "place", "join_url", "opens_before_minutes",
        "is_counted",
    )  # fmt: skip
    return {name: getattr(session, name) for name in names} | {
        "first": wall_clock(session.starts_at, session.time_zone),
        "minutes": int((session.ends_at - session.starts_at).total_seconds() // 60),
        "venue": session.event.venue_id if session.event else None,
        "scope": "one",
    }


class ClassCancelForm(forms.Form):
    reason = forms.CharField(
        label=_("Why"), max_length=240, required=False, help_text=_("Learners read this.")
    )
    scope = ClassChangeForm.base_fields["scope"]

    def __init__(self, *args: Any, siblings: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["scope"].label = _("Cancel")
        self.fields["scope"].initial = "one"
        if not siblings:
            del self.fields["scope"]


class RecordingForm(forms.Form):
    url = WebField(
        label=_("Link of the recording"),
        required=False,
        max_length=500,
        help_text=_("YouTube, Bilibili and Vimeo play on the page; any other is a link."),
    )
    file = forms.FileField(
        label=_("Or its file"),
        required=False,
        help_text=_(
            "A large one is better uploaded on the lesson's page of files, piece by piece."
        ),
    )
