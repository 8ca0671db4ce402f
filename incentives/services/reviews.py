"""What reviewers say of others' work. Nobody reviews their own: the database refuses it, too."""

from datetime import datetime

from django.db import transaction

from accounts.models import User
from core.effects import after_commit
from core.logs import logger
from core.money import allocate
from incentives import tasks
from incentives.errors import (
    DecidedBefore,
    NoPointsTable,
    NotAReviewer,
    NotWaiting,
    OwnWork,
    SettledAlready,
)
from incentives.models import (
    Contribution,
    ContributionShare,
    ContributionStatus,
    Decision,
    Officer,
    PointsRow,
    PointsTable,
    Size,
    Verdict,
)
from incentives.models.contributions import FINAL, WAITING
from incentives.services.contributions import is_settled, lock, reopen, say

EYES = {Size.SMALL: 1, Size.MEDIUM: 1, Size.LARGE: 2}  # reviewers who must say the same


@transaction.atomic
def accept(
    *,
    contribution: Contribution,
    by: User,
    size: Size,
    text: str = "",
    at: datetime | None = None,
) -> Contribution:
    """Say that the work is worth its kind's points at `size`, by the table in force now.

    A large one stays in review until a second reviewer says large. Raises NotAReviewer,
    OwnWork, NotWaiting, DecidedBefore, NoPointsTable.
    """
    work = _to_decide(contribution, by)
    row = _row(work, size)
    said = say(work, by, Verdict.ACCEPT, text, size=size, at=at)
    if accepts(work, size) >= EYES[Size(size)]:
        _award(work, row, said.at)
        _tell(work, said.at)
    return work


def accepts(work: Contribution, size: str) -> int:
    """How many have accepted it as this size since it was submitted or appealed."""
    said = work.decisions.filter(round=work.round, verdict=Verdict.ACCEPT, size=size)
    return said.count()


@transaction.atomic
def reject(
    *, contribution: Contribution, by: User, text: str, at: datetime | None = None
) -> Contribution:
    """Say why the work gets no points. Raises SayWhy and what `accept` raises."""
    work = _to_decide(contribution, by)
    said = say(work, by, Verdict.REJECT, text, at=at)
    reopen(work, ContributionStatus.REJECTED, said.at)
    _tell(work, said.at)
    logger.info("contribution_rejected", contribution=work.pk)
    return work


@transaction.atomic
def ask(*, contribution: Contribution, by: User, text: str, at: datetime | None = None) -> Decision:
    """Ask its authors something; it stays in review. Raises NotAReviewer, OwnWork, NotWaiting."""
    work = _for(contribution, by)
    if work.status not in WAITING:
        raise NotWaiting
    said = say(work, by, Verdict.QUESTION, text, at=at)
    _tell(work, said.at)
    return said


@transaction.atomic
def revoke(*, contribution: Contribution, by: User, text: str) -> Contribution:
    """Take an acceptance back that was a mistake, or for a talk that was not held, as long as
    no final period has paid for it. Its authors may appeal. Raises SettledAlready."""
    work = _for(contribution, by)
    if work.status != ContributionStatus.ACCEPTED:
        raise NotWaiting
    if is_settled(work):
        raise SettledAlready
    said = say(work, by, Verdict.REVOKE, text)
    reopen(work, ContributionStatus.REJECTED, said.at)
    _tell(work, said.at)
    logger.info("contribution_revoked", contribution=work.pk)
    return work


def _for(contribution: Contribution, by: User) -> Contribution:
    """Locked, for a reviewer who is none of its authors."""
    if not Officer.objects.reviewers().filter(user=by).exists():
        raise NotAReviewer
    work = lock(contribution)
    if work.created_by_id == by.pk or work.shares.filter(user=by).exists():
        raise OwnWork
    return work


def _to_decide(contribution: Contribution, by: User) -> Contribution:
    work = _for(contribution, by)
    if work.status not in WAITING:
        raise NotWaiting
    if work.decisions.filter(by=by, verdict__in=FINAL).exists():
        raise DecidedBefore
    return work


def _row(work: Contribution, size: str) -> PointsRow:
    table = PointsTable.objects.in_force()
    row = table and table.rows.filter(kind=work.kind, size=size).first()
    if not row:
        raise NoPointsTable
    return row


def _award(work: Contribution, row: PointsRow, at: datetime) -> None:
    """The largest remainders get the points that rounding leaves over, earlier shares first."""
    shares = list(work.shares.order_by("pk"))
    for share, points in zip(
        shares, allocate(row.points, [share.weight for share in shares]), strict=True
    ):
        share.points = points
    ContributionShare.objects.bulk_update(shares, ["points"])
    work.status, work.decided_at = ContributionStatus.ACCEPTED, at
    work.size, work.points, work.table_id = row.size, row.points, row.table_id
    work.save(update_fields=["status", "decided_at", "size", "points", "table"])
    logger.info("contribution_accepted", contribution=work.pk, points=row.points)


def _tell(work: Contribution, at: datetime) -> None:
    """Its authors hear it by mail; the first of two words about a large one is no news yet."""
    work.news_at = at
    work.save(update_fields=["news_at"])
    after_commit(tasks.tell_authors.delay, work.pk)
