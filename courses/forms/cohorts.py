"""Runs of a course, prices of their seats, and who gets one for nothing."""

from decimal import Decimal
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import get_language, gettext_lazy as _

from core.forms import BothLanguages, SaleForm, ZonedDateTimeField, ZoneField
from core.time import validate_zone
from courses.models import Cohort, Course, CourseOffer, EnrollmentStatus
from courses.queries.teaching import cohort_name

MOST_SEATS = 1_000_000
MOST_INVITED = 200


class CohortForm(BothLanguages, forms.Form):
    """A run. Without a start it is the self-paced one: everybody begins when they enroll."""

    name_zh_hans = forms.CharField(max_length=120)
    name_en = forms.CharField(max_length=120)
    start_at = ZonedDateTimeField(
        label=_("Starts"),
        required=False,
        help_text=_("Left empty, everybody begins on the day they enroll."),
    )
    end_at = ZonedDateTimeField(label=_("Ends"), required=False)
    time_zone = ZoneField()
    seats = forms.IntegerField(
        label=_("Seats"),
        required=False,
        min_value=0,
        max_value=MOST_SEATS,
        help_text=_("Left empty, their number is not limited."),
    )
    moves_classes = forms.BooleanField(
        label=_("Move the classes that are still to come as far as the start"),
        required=False,
        initial=True,
        help_text=_("By days and hours of the clock on the wall. Their people are told."),
    )

    def __init__(
        self, *args: Any, course: Course, cohort: Cohort | None = None, **kwargs: Any
    ) -> None:
        names = ("name_zh_hans", "name_en", "start_at", "end_at", "time_zone", "seats")
        if cohort:
            kwargs["initial"] = {name: getattr(cohort, name) for name in names}
            kwargs["initial"]["moves_classes"] = True
        else:
            kwargs["initial"] = {"time_zone": course.chapter.time_zone}
        super().__init__(*args, **kwargs)
        self.name_languages({"name": _("Name")})
        coming = cohort and cohort.sessions.standing().upcoming(timezone.now())
        if not coming or not coming.exists():
            del self.fields["moves_classes"]
        for name in ("start_at", "end_at"):
            self.fields[name].zone = self._zone(kwargs["initial"]["time_zone"])

    def _zone(self, stored: str) -> str:
        """The zone that was chosen; one that does not exist gets its own error."""
        typed = self.data.get("time_zone", "") if self.is_bound else ""
        try:
            validate_zone(typed or stored)
        except ValidationError:
            return stored
        return typed or stored

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        start, end = data.get("start_at"), data.get("end_at")
        if end and not start and "start_at" not in self.errors:
            self.add_error("start_at", _("What ends also has to start."))
        elif start and end and end <= start:
            self.add_error("end_at", _("The end must be after the start."))
        for name in ("name_zh_hans", "name_en"):
            data[name] = data.get(name) or ""
        return data


class OfferForm(SaleForm):
    """A price for seats of one run; an early bird is one whose sale ends early."""

    is_public = forms.BooleanField(
        label=_("Listed on the course's page"),
        required=False,
        initial=True,
        help_text=_("Otherwise only people who have its own link can take it."),
    )

    def __init__(
        self, *args: Any, cohort: Cohort, offer: CourseOffer | None = None, **kwargs: Any
    ) -> None:
        kwargs["initial"] = self.values_of(offer) if offer else _defaults(cohort)
        super().__init__(*args, zone=cohort.time_zone, **kwargs)


def _defaults(cohort: Cohort) -> dict[str, Any]:
    """The currency of the course's other prices; one seat an order, for oneself."""
    sibling = CourseOffer.objects.filter(cohort__course=cohort.course, retired_at=None).first()
    return {
        "currency": sibling.currency if sibling else cohort.course.chapter.currency,
        "price": Decimal(0),
        "min_per_order": 1,
        "max_per_order": 1,
        "is_public": True,
    }


class InviteForm(forms.Form):
    """Addresses, one a line or with commas between."""

    cohort: "forms.ModelChoiceField[Cohort]" = forms.ModelChoiceField(
        label=_("Run"), queryset=Cohort.objects.none(), empty_label=None, to_field_name="public_id"
    )
    emails = forms.CharField(
        label=_("E-mail addresses"),
        help_text=_("One a line. Each gets a link to a free seat, good for two weeks."),
        widget=forms.Textarea(attrs={"rows": 6, "autocomplete": "off", "spellcheck": "false"}),
    )
    note = forms.CharField(
        label=_("A word from you"), max_length=240, required=False, widget=forms.TextInput
    )
    language = forms.ChoiceField(label=_("Language of the mail"), choices=settings.LANGUAGES)

    def __init__(self, *args: Any, cohorts: QuerySet[Cohort], **kwargs: Any) -> None:
        kwargs.setdefault("initial", {"language": get_language()})
        super().__init__(*args, **kwargs)
        self.fields["cohort"].queryset = cohorts
        self.fields["cohort"].label_from_instance = cohort_name

    def clean_emails(self) -> list[str]:
        typed = self.cleaned_data["emails"].replace(",", "\n").replace(";", "\n").splitlines()
        emails = list(dict.fromkeys(line.strip().lower() for line in typed if line.strip()))
        wrong = [email for email in emails if not _is_email(email)]
        if wrong:
            words = _("This is not an e-mail address: %(email)s")
            raise ValidationError(words, params={"email": wrong[0][:80]}, code="invalid")
        if len(emails) > MOST_INVITED:
            words = _("At most %(most)s at once, please.")
            raise ValidationError(words, params={"most": MOST_INVITED}, code="too_many")
        return emails


def _is_email(text: str) -> bool:
    try:
        validate_email(text)
    except ValidationError:
        return False
    return len(text) <= 254


class LearnerFilterForm(forms.Form):
    q = forms.CharField(
        label=_("Name or e-mail"),
        required=False,
        widget=forms.TextInput(attrs={"type": "search", "placeholder": _("Name or e-mail")}),
    )
    cohort: "forms.ModelChoiceField[Cohort]" = forms.ModelChoiceField(
        label=_("Run"),
        queryset=Cohort.objects.none(),
        required=False,
        empty_label=_("All runs"),
        to_field_name="public_id",
    )
    status = forms.ChoiceField(label=_("State"), required=False)

    def __init__(self, *args: Any, course: Course, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["cohort"].queryset = course.cohorts.all()
        self.fields["cohort"].label_from_instance = cohort_name
        states = [state for state in EnrollmentStatus.choices if state[0] != EnrollmentStatus.HELD]
        self.fields["status"].choices = [("", _("Who may learn")), *states]


class ExceptionForm(forms.Form):
    """Opens a lesson for one learner, or for a whole run, whatever its rule says."""

    email = forms.EmailField(label=_("E-mail of the learner"), required=False)
    cohort: "forms.ModelChoiceField[Cohort]" = forms.ModelChoiceField(
        label=_("Or a whole run"),
        queryset=Cohort.objects.none(),
        required=False,
        empty_label=_("no run"),
        to_field_name="public_id",
    )
    open_at = ZonedDateTimeField(
        label=_("Opens on"), required=False, help_text=_("Left empty: at once.")
    )

    def __init__(self, *args: Any, course: Course, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["open_at"].zone = course.chapter.time_zone
        self.fields["cohort"].queryset = course.cohorts.all()
        self.fields["cohort"].label_from_instance = cohort_name

    def clean(self) -> dict[str, Any]:
        data = self.cleaned_data
        if bool(data.get("email")) == bool(data.get("cohort")) and not self.errors:
            self.add_error("email", _("Name a learner or a run, one of the two."))
        return data
