"""Whom a policy owes a pass: read from what is accepted and what was helped, each time anew."""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from django.db.models import QuerySet, Sum

from accounts.models import User
from events.models import Event, EventStatus
from incentives.models import ContributionShare, ContributionStatus, Kind, PassGround, PassPolicy
from incentives.queries.hours import helped
from ticketing.models import FreePass


class Due(NamedTuple):
    """One pass. `amount` are the hours or points that it stands for, up to and with this pass;
    `event` that of the talk, which `title` names."""

    user: User
    key: str
    amount: int
    event: Event | None = None
    title: str = ""


def due(policy: PassPolicy, at: datetime) -> list[Due]:
    """What the policy, also one not yet saved, would give now; what was given before is left out.

    Reads all that counts: for a job and a preview.
    """
    earned = list(GROUNDS[PassGround(policy.ground)](policy, at))
    keys = FreePass.objects.filter(policy=policy.lineage).values_list("policy_key", flat=True)
    given = set(keys)
    return [one for one in earned if one.key not in given and one.user.is_active]


def _talks(policy: PassPolicy, at: datetime) -> Iterator[Due]:
    """An event that is over, or off, is no use to anybody."""
    shares = _accepted(policy).filter(
        contribution__kind=Kind.TALK,
        contribution__event__status=EventStatus.PUBLISHED,
        contribution__event__end_at__gt=at,
    )
    for share in shares.select_related("user", "contribution__event__chapter").order_by("pk"):
        work = share.contribution
        key = f"{policy.lineage}:talk:{work.public_id}:{share.user_id}"
        yield Due(share.user, key, 1, work.event, work.title)


def _points(policy: PassPolicy, at: datetime) -> Iterator[Due]:
    shares = _accepted(policy)
    if policy.kind:
        shares = shares.filter(contribution__kind=policy.kind)
    sums = shares.order_by("user").values_list("user").annotate(sum=Sum("points"))
    yield from _each(policy, dict(sums), "points")


def _hours(policy: PassPolicy, at: datetime) -> Iterator[Due]:
    """Whole hours of all events together, since the day that the policy says."""
    seconds: Counter[int] = Counter()
    for row in helped():
        if row.event.start_at.astimezone(ZoneInfo(row.event.time_zone)).date() >= policy.since_on:
            seconds[row.user.pk] += int(row.time.total_seconds())
    yield from _each(policy, {pk: all_of // 3600 for pk, all_of in seconds.items()}, "hours")


def _each(policy: PassPolicy, sums: dict[int, int], word: str) -> Iterator[Due]:
    users = User.objects.in_bulk(sums)
    for pk in sorted(users):
        for number in range(1, sums[pk] // policy.threshold + 1):
            key = f"{policy.lineage}:{word}:{pk}:{number}"
            yield Due(users[pk], key, number * policy.threshold)


def _accepted(policy: PassPolicy) -> QuerySet[ContributionShare]:
    return ContributionShare.objects.filter(
        contribution__status=ContributionStatus.ACCEPTED,
        contribution__done_on__gte=policy.since_on,
    )


GROUNDS = {PassGround.TALK: _talks, PassGround.HELPER_HOURS: _hours, PassGround.POINTS: _points}
