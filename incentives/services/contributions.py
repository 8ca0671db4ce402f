"""What authors do with their work: submit, answer, appeal, withdraw.

Every change locks the contribution's row first; what is said of it is a `Decision`.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, BinaryIO, cast

from django.core.files.base import File
from django.db import transaction
from django.utils import timezone

from accounts.models import User
from core.errors import DomainError
from core.ids import secret_code
from core.logs import logger
from core.media_types import media_type_of
from incentives.errors import (
    EvidenceRefused,
    NoEvidence,
    NotDoneYet,
    NothingToAppeal,
    NotToWithdraw,
    NotWaiting,
    SayWhy,
    SharesDoNotFit,
    TooManyWaiting,
)
from incentives.models import (
    Contribution,
    ContributionShare,
    ContributionStatus,
    Decision,
    Kind,
    Size,
    Verdict,
)
from incentives.models.contributions import WAITING, private_files
from incentives.models.periods import SettledShare
from incentives.services.names import public_name_of
from orders.models.shares import WHOLE

MOST_WAITING = 50
EVIDENCE_MAX_BYTES = 10 * 1024 * 1024
ZONES = timedelta(days=1)  # where a day has begun somewhere, it may be named
MOST_APPEALS = 1
CoAuthor = tuple[User, int]


def lock(contribution: Contribution) -> Contribution:
    rows = Contribution.objects.select_for_update(of=("self",))
    return rows.get(pk=contribution.pk)


def submit(
    *,
    by: User,
    co_authors: Sequence[CoAuthor] = (),
    evidence_file: File | None = None,
    draft: Contribution | None = None,
    at: datetime | None = None,
    **facts: Any,
) -> Contribution:
    """Hand work in for review. What `co_authors`, [(person, basis points)], leave is `by`'s.

    `draft`, what the system proposed to `by`, becomes the contribution. `at` is when, in a story
    told after the fact, here and wherever authors and reviewers say something. The file goes where only
    authors and reviewers reach it, before the transaction: a bucket is a network. Raises
    NoEvidence, NotDoneYet, SharesDoNotFit, EvidenceRefused, TooManyWaiting, NotWaiting.
    """
    shares = [(by, _rest(by, co_authors)), *co_authors]
    evidence = _keep(evidence_file) if evidence_file else {}
    try:
        facts |= evidence | {"submitted_at": at or timezone.now()}
        return _submit(by=by, shares=shares, draft=draft, facts=facts)
    except DomainError:
        if evidence:
            private_files().delete(evidence["evidence_file"])
        raise


@transaction.atomic
def _submit(
    *, by: User, shares: Sequence[CoAuthor], draft: Contribution | None, facts: dict[str, Any]
) -> Contribution:
    work = lock(draft) if draft else Contribution(created_by=by)
    if draft and work.status != ContributionStatus.DRAFT:
        raise NotWaiting
    for name, value in facts.items():
        setattr(work, name, value)
    _check(work)
    work.status = ContributionStatus.SUBMITTED
    work.save()
    divide(work, shares)
    logger.info("contribution_submitted", contribution=work.pk, kind=work.kind)
    return work


def _check(work: Contribution) -> None:
    waiting = Contribution.objects.waiting().filter(created_by=work.created_by)
    if waiting.count() >= MOST_WAITING:
        raise TooManyWaiting(most=MOST_WAITING)
    if not (work.evidence_url or work.evidence_file or work.source):
        raise NoEvidence
    ahead = work.done_on > timezone.now().date() + ZONES
    if ahead and not (work.kind == Kind.TALK and work.event_id):
        raise NotDoneYet


def _rest(by: User, co_authors: Sequence[CoAuthor]) -> int:
    rest = WHOLE - sum(weight for _user, weight in co_authors)
    people = {user.pk for user, _weight in co_authors} | {by.pk}
    is_fair = rest >= 1 and all(weight >= 1 for _user, weight in co_authors)
    if not is_fair or len(people) != len(co_authors) + 1:
        raise SharesDoNotFit
    return rest


def divide(work: Contribution, shares: Sequence[CoAuthor]) -> None:
    """Whose the work is, in basis points that sum to 10000. Each of them gets a public name."""
    work.shares.all().delete()
    ContributionShare.objects.bulk_create(
        ContributionShare(contribution=work, user=user, weight=weight) for user, weight in shares
    )
    for user, _weight in shares:
        public_name_of(user)


def _keep(file: File) -> dict[str, str]:
    """Under a random name; what it is called and what it holds is kept beside it."""
    megabytes = EVIDENCE_MAX_BYTES // 1024 // 1024
    media_type = media_type_of(cast(BinaryIO, file)) if file.size <= EVIDENCE_MAX_BYTES else None
    if media_type is None:
        raise EvidenceRefused(megabytes=megabytes)
    file.seek(0)
    return {
        "evidence_file": private_files().save(f"evidence/{secret_code()}", file),
        "evidence_name": (file.name or "")[-160:],
        "evidence_type": media_type,
    }


@transaction.atomic
def answer(
    *, contribution: Contribution, by: User, text: str, at: datetime | None = None
) -> Decision:
    """Tell the reviewers what they asked, or what they should know. Raises NotWaiting, SayWhy."""
    work = lock(contribution)
    if work.status not in WAITING:
        raise NotWaiting
    return say(work, by, Verdict.ANSWER, text, at=at)


@transaction.atomic
def appeal(
    *, contribution: Contribution, by: User, text: str, at: datetime | None = None
) -> Contribution:
    """Ask that others look again, once. What was accepted as smaller than asked is open again.

    Raises NothingToAppeal, SayWhy.
    """
    work = lock(contribution)
    if not may_appeal(work):
        raise NothingToAppeal
    work.round += 1
    say(work, by, Verdict.APPEAL, text, at=at)
    reopen(work, ContributionStatus.APPEALED)
    logger.info("contribution_appealed", contribution=work.pk)
    return work


def may_appeal(work: Contribution) -> bool:
    if work.round >= MOST_APPEALS or is_settled(work):
        return False
    order = list(Size)
    is_smaller = work.size != "" and order.index(Size(work.size)) < order.index(
        Size(work.size_asked)
    )
    is_accepted = work.status == ContributionStatus.ACCEPTED
    return work.status == ContributionStatus.REJECTED or (is_accepted and is_smaller)


@transaction.atomic
def withdraw(*, contribution: Contribution, by: User) -> Contribution:
    """Take back what nobody has decided; for a draft: say that it is nothing. Repeatable.

    Raises NotToWithdraw."""
    work = lock(contribution)
    if work.status == ContributionStatus.WITHDRAWN:
        return work
    if work.status not in (ContributionStatus.DRAFT, *WAITING):
        raise NotToWithdraw
    say(work, by, Verdict.WITHDRAW, "")
    work.status = ContributionStatus.WITHDRAWN
    work.save(update_fields=["status"])
    return work


def is_settled(work: Contribution) -> bool:
    """A period has it in its statements; what those say does not change any more."""
    return SettledShare.objects.filter(share__contribution=work).exists()


def reopen(
    work: Contribution, status: ContributionStatus, decided_at: datetime | None = None
) -> None:
    """Nothing is awarded any more; `work` is locked."""
    work.status, work.decided_at = status, decided_at
    work.size, work.points, work.table = "", None, None
    work.save(update_fields=["status", "decided_at", "size", "points", "table", "round"])
    work.shares.update(points=0)


def say(
    work: Contribution,
    by: User,
    verdict: Verdict,
    text: str,
    *,
    size: str = "",
    at: datetime | None = None,
) -> Decision:
    """Write down what somebody said of the work. Raises SayWhy."""
    text = text.strip()
    if not text and verdict not in (Verdict.ACCEPT, Verdict.WITHDRAW):
        raise SayWhy
    return Decision.objects.create(
        contribution=work,
        by=by,
        verdict=verdict,
        text=text,
        size=size,
        round=work.round,
        at=at or timezone.now(),
    )
