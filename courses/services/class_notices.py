"""What people with a seat still have to be told of their classes, and that nobody is told twice.

A notice is claimed first and sent after; see ticketing/services/notices.py, whose neighbor this
is. It tells of classes online: at a venue a class is an event, and its tickets' holders hear of it
as those of any event do. Whoever enrolls late is owed all that is still to come, by the same rule.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce, Lower
from django.utils import timezone

from core.reminders import A_DAY_BEFORE, AN_HOUR_BEFORE
from courses.models import (
    ClassNotice,
    ClassNoticeKind,
    ClassPlace,
    ClassSession,
    ClassSessionQuerySet,
    Cohort,
    Enrollment,
)

LEASE = timedelta(minutes=15)
# A lecturer rarely plans or moves one class alone: wait until the pen has rested …
QUIET = timedelta(minutes=10)
# … unless it is so soon that nobody may wait
URGENT = timedelta(hours=3)


REMINDERS = {ClassNoticeKind.DAY_BEFORE: A_DAY_BEFORE, ClassNoticeKind.HOUR_BEFORE: AN_HOUR_BEFORE}


class Item(NamedTuple):
    """One class that somebody is told of. `is_news`: they never heard of it before."""

    session: ClassSession
    kind: ClassNoticeKind
    is_news: bool = False


class Owed(NamedTuple):
    """What is said to one person in one mail: news of a run's classes, or one reminder."""

    seat: Enrollment
    items: list[Item]


def owed(at: datetime) -> Iterator[Owed]:
    """What is owed now, reminders of what is about to begin first."""
    yield from _reminders(ClassNoticeKind.HOUR_BEFORE, at)
    yield from _news(at)
    yield from _reminders(ClassNoticeKind.DAY_BEFORE, at)


def _online(at: datetime) -> ClassSessionQuerySet:
    coming = ClassSession.objects.filter(place=ClassPlace.ONLINE).upcoming(at)
    return coming.select_related("cohort__course__chapter")


def _seats(cohort: Cohort) -> QuerySet[Enrollment, Any]:
    """Each with `address`, by which its person is known here."""
    address = Lower(Coalesce("user__email", "email"))
    seats = Enrollment.objects.giving_access().filter(cohort=cohort).annotate(address=address)
    return seats.select_related("user", "order_line__order", "invitation").order_by("pk")


def _told(session: ClassSession, *kinds: ClassNoticeKind) -> QuerySet[ClassNotice]:
    return ClassNotice.objects.filter(session=session, kind__in=kinds, email=OuterRef("address"))


def _in_hand(at: datetime) -> Q:
    return Q(sent_at=None, claimed_at__gt=at - LEASE)


def _news(at: datetime) -> Iterator[Owed]:
    """Of each run: who has to hear of which classes, all in one mail a person."""
    rested = Q(changed_at__lte=at - QUIET) | Q(starts_at__lte=at + URGENT)
    runs: dict[Cohort, list[ClassSession]] = {}
    for session in _online(at).filter(rested):
        runs.setdefault(session.cohort, []).append(session)
    for cohort, sessions in runs.items():
        people: dict[str, Owed] = {}
        for session in sessions:
            session.cohort = cohort
            for seat in _owed_news(session, at):
                item = Item(session, _news_kind(session), is_news=not seat.was_told)
                owes = people.setdefault(seat.address, Owed(seat, []))
                if session not in [each.session for each in owes.items]:
                    owes.items.append(item)
        yield from people.values()


def _news_kind(session: ClassSession) -> ClassNoticeKind:
    return ClassNoticeKind.CANCELED if session.is_canceled else ClassNoticeKind.PLANNED


def _owed_news(session: ClassSession, at: datetime) -> QuerySet[Enrollment, Any]:
    """Who was not told how the class stands now; that it is canceled, only who knew of it."""
    kind = _news_kind(session)
    done = Q(sent_at__isnull=False, sequence__gte=session.sequence) | _in_hand(at)
    knew = _told(session, ClassNoticeKind.PLANNED).filter(sent_at__isnull=False)
    seats = _seats(session.cohort).annotate(was_told=Exists(knew))
    seats = seats.filter(~Exists(_told(session, kind).filter(done)))
    return seats.filter(was_told=True) if session.is_canceled else seats


def _reminders(kind: ClassNoticeKind, at: datetime) -> Iterator[Owed]:
    rule = REMINDERS[kind]
    soon = _online(at).standing()
    soon = soon.filter(starts_at__gt=at + rule.stale, starts_at__lte=at + rule.ahead)
    for session in soon:
        due_at = session.starts_at - rule.ahead
        done = Q(sent_at__gt=due_at - rule.slack) | _in_hand(at)
        seats = _seats(session.cohort).filter(~Exists(_told(session, kind).filter(done)))
        people = {seat.address: seat for seat in seats.filter(granted_at__lte=due_at - rule.fresh)}
        yield from (Owed(seat, [Item(session, kind)]) for seat in people.values())


@transaction.atomic
def claim(owes: Owed, at: datetime) -> list[tuple[Item, ClassNotice]]:
    """The right to tell one person of what of it nobody else is telling them."""
    email = address_of(owes.seat)
    claimed = []
    for item in owes.items:
        notice, is_new = ClassNotice.objects.get_or_create(
            session=item.session,
            email=email,
            kind=item.kind,
            sequence=item.session.sequence,
            defaults={"claimed_at": at},
        )
        free = ClassNotice.objects.filter(pk=notice.pk, sent_at=None, claimed_at__lte=at - LEASE)
        if is_new or free.update(claimed_at=at):
            claimed.append((item, notice))
    return claimed


def address_of(seat: Enrollment) -> str:
    return (seat.user.email if seat.user else seat.email).lower()


@transaction.atomic
def mark_sent(notices: list[ClassNotice]) -> None:
    pks = [notice.pk for notice in notices]
    ClassNotice.objects.filter(pk__in=pks).update(sent_at=timezone.now())


@transaction.atomic
def give_up(notices: list[ClassNotice]) -> None:
    """It could not be sent now; the next run may try."""
    unsent = ClassNotice.objects.filter(pk__in=[notice.pk for notice in notices], sent_at=None)
    unsent.update(claimed_at=F("claimed_at") - LEASE)
