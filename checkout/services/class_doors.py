"""Classes at a venue: their learners' tickets, and what the door says of attendance.

All of it follows from state and may run at any time, twice, and beside itself: who has a seat has
a ticket of the class's event, who has none any more has none, and whoever the door admitted was
there.
"""

from datetime import datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID, uuid5

from django.conf import settings
from django.db.models import Exists, OuterRef, QuerySet
from django.db.models.functions import Coalesce, Lower
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from checkout.services.orders import place_order
from core.errors import DomainError
from core.logs import logger
from courses.models import (
    AttendanceSource,
    ClassPlace,
    ClassSession,
    Enrollment,
)
from courses.queries.people import learner_of
from courses.services.attendance import note_attendance, withdraw
from events.models import Event, EventStatus
from orders.models import Channel
from ticketing.models import CheckIn, Ticket, TicketType
from ticketing.services.sales import Selection, Wish
from ticketing.services.tickets import cancel_ticket
from ticketing.services.types import save_ticket_type

TYPE_NAME = _("Seat in this class")
SEAT_ENDED = _("Your seat in the course has ended.")
INTENT = UUID("0b7f1f9e-3d4c-5a7e-9f55-2f7d5a1f6c02")  # any fixed one: it makes these orders' keys
AFTERWARDS = timedelta(days=7)  # phones hand in what they admitted without a network
BATCH = 200
ADDRESS = Lower(Coalesce("user__email", "email"))  # of a seat: the e-mail of its ticket's order


def seat_classes(at: datetime) -> int:
    """Give tickets of coming classes to who has a seat, and take them from who has none any more.
    Says how many changed. Each order is a transaction of its own: call it outside of one."""
    coming = ClassSession.objects.standing().upcoming(at)
    coming = coming.filter(place=ClassPlace.VENUE, event__status=EventStatus.PUBLISHED)
    changed = 0
    for session in coming.select_related("cohort", "event__chapter"):
        if session.event and changed < BATCH:
            changed += _give(session, session.event) + _take_back(session, session.event)
    return changed


def _seats(session: ClassSession) -> QuerySet[Enrollment, Any]:
    """Each with `address`, the e-mail of its ticket's order."""
    return (
        Enrollment.objects.giving_access().filter(cohort=session.cohort).annotate(address=ADDRESS)
    )


def _give(session: ClassSession, event: Event) -> int:
    tickets = Ticket.objects.valid().filter(
        event=event, order_line__order__email=OuterRef("address")
    )
    missing = _seats(session).filter(~Exists(tickets))
    missing = missing.select_related("user", "order_line__order", "invitation", "cohort")
    people = {seat.address: seat for seat in missing.order_by("-pk")[:BATCH]}
    given = 0
    for seat in people.values():
        try:
            _order(event, seat)
        except DomainError as error:
            logger.warning("class_ticket_not_given", seat=seat.pk, error=error.code)
        else:
            given += 1
    return given


def _order(event: Event, seat: Enrollment) -> None:
    """The ordinary way of an order, for nothing; the same seat asks for the same order."""
    kind, learner = class_type(event), learner_of(seat)
    holder = learner.name or learner.email.partition("@")[0]
    place_order(
        wishes=[Wish(event, [Selection(kind.public_id, holder[:120])], kind.public_id)],
        email=learner.email,
        name=holder[:120],
        language=learner.language or settings.LANGUAGE_CODE,
        time_zone=learner.time_zone,
        client_key=uuid5(INTENT, f"{event.public_id}:{seat.public_id}"),
        channel=Channel.DESK,
    )


def class_type(event: Event) -> TicketType:
    """What a learner's ticket is of: free, hidden, and without a limit, for the run has one."""
    kinds = event.ticket_types.filter(is_public=False, price_minor=0, retired_at=None)
    if found := kinds.order_by("pk").first():
        return found
    names: dict[str, Any] = {}
    for code, _name in settings.LANGUAGES:
        with translation.override(code):
            names[f"name_{code.replace('-', '_')}"] = str(TYPE_NAME)
    return save_ticket_type(
        event=event,
        by=event.created_by,
        quotas=[],
        price_minor=0,
        currency=event.chapter.currency,
        is_public=False,
        **names,
    )


def _take_back(session: ClassSession, event: Event) -> int:
    seats = Enrollment.objects.giving_access().filter(cohort=session.cohort)
    seats = seats.alias(address=ADDRESS).filter(address=OuterRef("order_line__order__email"))
    given = Ticket.objects.valid().filter(event=event, ticket_type=class_type(event))
    ended = given.filter(~Exists(seats), checked_in_at=None)
    for ticket in ended.select_related("order_line__order")[:BATCH]:
        with translation.override(ticket.order_line.order.language):
            reason = str(SEAT_ENDED)
        try:
            cancel_ticket(ticket=ticket, by=None, reason=reason)
        except DomainError as error:  # admitted meanwhile
            logger.warning("class_ticket_kept", ticket=ticket.pk, error=error.code)
    return len(ended)


class Admission(NamedTuple):
    user: User
    at: datetime


def note_door_attendance(at: datetime) -> int:
    """Attendance of classes at a venue, by whom their door admitted; an admission that was undone
    takes its row back. Says how many rows were written."""
    recent = ClassSession.objects.filter(
        place=ClassPlace.VENUE, starts_at__lte=at + timedelta(days=1), ends_at__gt=at - AFTERWARDS
    )
    return sum(_note(session) for session in recent.select_related("cohort"))


def _note(session: ClassSession) -> int:
    admitted = _admissions(session)
    rows = list(session.attendance.filter(source=AttendanceSource.DOOR).select_related("user"))
    for row in rows:
        if row.withdrawn_at is None and Admission(row.user, row.at) not in admitted:
            withdraw(row=row, by=None)
    known = {Admission(row.user, row.at) for row in rows}  # also what a lecturer took back
    new = [admission for admission in admitted if admission not in known]
    for admission in new:
        note_attendance(
            session=session, user=admission.user, source=AttendanceSource.DOOR, at=admission.at
        )
    return len(new)


def _admissions(session: ClassSession) -> set[Admission]:
    """Who came in first when, of those whose ticket's address belongs to a seat with a person: what
    they did stays theirs when the seat ends."""
    seats = Enrollment.objects.filter(cohort=session.cohort, user__isnull=False)
    people = {(seat.user or seat).email.lower(): seat.user for seat in seats.select_related("user")}
    found: dict[User, datetime] = {}
    scans = CheckIn.objects.standing().filter(event=session.event_id)
    for email, at in scans.values_list("ticket__order_line__order__email", "at"):
        if user := people.get(email):
            found[user] = min(at, found.get(user, at))
    return {Admission(user, at) for user, at in found.items()}
