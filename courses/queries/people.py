"""The people who have a seat, each once, whichever way they got it."""

from collections.abc import Iterable
from typing import NamedTuple

from allauth.account.models import EmailAddress
from django.db.models.functions import Lower

from accounts.models import User
from courses.models import Cohort, Enrollment


class Learner(NamedTuple):
    """`user` is None until somebody proves `email` (lower case). `time_zone` may be empty, and
    `language` is what they chose, or else that of the mails about their order."""

    user: int | None
    seat: str  # the public_id of their first one
    cohort: int
    email: str
    name: str
    language: str
    time_zone: str


def learners_of(cohorts: Iterable[Cohort]) -> list[Learner]:
    """Who learns in any of `cohorts` now, in the order of their seats. Three queries."""
    seats = Enrollment.objects.giving_access().filter(cohort__in=list(cohorts))
    seats = seats.select_related("user", "order_line__order", "invitation").order_by("pk")
    found = list(seats)
    owners = _owners({seat.email.lower() for seat in found if seat.user is None})
    people: dict[object, Learner] = {}
    for seat in found:
        learner = _learner(seat, seat.user or owners.get(seat.email.lower()))
        people.setdefault(learner.user or learner.email, learner)
    return list(people.values())


def owner_of(seat: Enrollment) -> User | None:
    """Whose seat it is: none until somebody proves its e-mail."""
    return seat.user or _owners({seat.email.lower()}).get(seat.email.lower())


def _owners(emails: set[str]) -> dict[str, User]:
    """Address → the account that has proven it."""
    proofs = EmailAddress.objects.annotate(address=Lower("email"))
    proofs = proofs.filter(address__in=emails, verified=True).select_related("user")
    return {proof.email.lower(): proof.user for proof in proofs}


def learner_of(seat: Enrollment) -> Learner:
    """As `learners_of`, of a seat with what it selects; its mail goes to the seat's address until
    the seat has a person."""
    return _learner(seat, seat.user)


def _learner(seat: Enrollment, user: User | None) -> Learner:
    order = seat.order_line.order if seat.order_line else None
    language = (user.language if user else "") or (order.language if order else "")
    zone = (user.time_zone if user else "") or (order.time_zone if order else "")
    return Learner(
        user=user.pk if user else None,
        seat=seat.public_id,
        cohort=seat.cohort_id,
        email=(user.email if user else seat.email).lower(),
        name=seat.name or (str(user) if user else ""),
        language=language or (seat.invitation.language if seat.invitation else ""),
        time_zone=zone,
    )
