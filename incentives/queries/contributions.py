"""What authors and reviewers see of contributions."""

from datetime import datetime, timedelta
from typing import NamedTuple

from django.db.models import Count, OuterRef, Prefetch, Q, QuerySet, Subquery, Sum

from accounts.models import User
from events.models import Event
from incentives.models import (
    Contribution,
    ContributionShare,
    ContributionStatus,
    Decision,
    PointsTable,
    PublicName,
    Size,
    Verdict,
)
from incentives.models.contributions import FINAL, WAITING, ContributionQuerySet

AROUND = timedelta(days=120)  # how far an event may lie from today to be chosen in the form
MOST_EVENTS = 100


class Totals(NamedTuple):
    points: int
    accepted: int
    waiting: int


def with_authors(contributions: QuerySet[Contribution]) -> QuerySet[Contribution]:
    """Two queries more for any number; `last_word` is the verdict said last, or None."""
    shares = ContributionShare.objects.select_related("user__public_name").order_by("pk")
    said = Decision.objects.filter(contribution=OuterRef("pk")).order_by("-pk")
    return (
        contributions.select_related("chapter", "event", "table")
        .annotate(last_word=Subquery(said.values("verdict")[:1]))
        .prefetch_related(Prefetch("shares", shares))
    )


def mine(user: User) -> QuerySet[Contribution]:
    """All but proposals, the newest first."""
    found = Contribution.objects.of(user).exclude(status=ContributionStatus.DRAFT)
    return with_authors(found).order_by("-submitted_at", "-pk")


def proposals(user: User) -> QuerySet[Contribution]:
    found = Contribution.objects.of(user).filter(status=ContributionStatus.DRAFT)
    return with_authors(found).order_by("-done_on", "-pk")


def totals(user: User) -> Totals:
    shares = ContributionShare.objects.filter(user=user)
    accepted = Q(contribution__status=ContributionStatus.ACCEPTED)
    return Totals(
        **shares.aggregate(
            points=Sum("points", filter=accepted, default=0),
            accepted=Count("pk", filter=accepted),
            waiting=Count("pk", filter=Q(contribution__status__in=WAITING)),
        )
    )


def history(work: Contribution) -> QuerySet[Decision]:
    return work.decisions.select_related("by")


def queue(reviewer: User) -> QuerySet[Contribution]:
    """What this reviewer can decide, those that wait longest first."""
    decided = Decision.objects.filter(by=reviewer, verdict__in=FINAL).values("contribution")
    waiting = Contribution.objects.waiting().not_of(reviewer).exclude(pk__in=decided)
    return with_authors(waiting).order_by("submitted_at", "pk")


def handed_in() -> ContributionQuerySet:
    """What reviewers may know of."""
    private = [ContributionStatus.DRAFT, ContributionStatus.WITHDRAWN]
    return Contribution.objects.exclude(status__in=private)


def reviewable(reviewer: User) -> QuerySet[Contribution]:
    """What this reviewer may open: whatever was handed in by others."""
    return with_authors(handed_in().not_of(reviewer))


def decided_lately(reviewer: User) -> QuerySet[Decision]:
    said = Decision.objects.filter(by=reviewer, verdict__in=[*FINAL, Verdict.REVOKE])
    return said.select_related("contribution").order_by("-pk")[:10]


def sizes(work: Contribution, table: PointsTable | None) -> list[tuple[Size, int | None]]:
    """What the work would be worth at each size by that table."""
    rows = table.rows.filter(kind=work.kind) if table else []
    points = {row.size: row.points for row in rows}
    return [(size, points.get(size)) for size in Size]


def choosable_events(now: datetime) -> QuerySet[Event]:
    near = Event.objects.published().filter(start_at__gt=now - AROUND, start_at__lt=now + AROUND)
    return near.select_related("chapter").order_by("-start_at", "-pk")[:MOST_EVENTS]


def people_by_pseudonym(pseudonyms: list[str]) -> dict[str, User]:
    """{pseudonym in lower case: person}; who is unknown is not in it. Two names are never one."""
    wanted = Q(pk=None)
    for pseudonym in pseudonyms:
        wanted |= Q(pseudonym__iexact=pseudonym)
    names = PublicName.objects.filter(wanted).select_related("user")
    return {name.pseudonym.lower(): name.user for name in names}
