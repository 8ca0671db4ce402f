"""Work of the last months, what reviewers said of it, and what waits for them."""

import tomllib
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.utils import timezone

from accounts.models import User
from community.models import Chapter
from core.effects import effects_dropped
from events.models import Event
from incentives.models import (
    Contribution,
    ContributionShare,
    HelperShift,
    Officer,
    OfficerRole,
    PointsTable,
    Size,
)
from incentives.services import contributions, points, proposals, reviews
from incentives.services.names import choose_name, public_name_of
from incentives.services.shifts import add_shift

DATA = Path(__file__).parent / "work.toml"
TABLE_DAYS = 150  # how long the table of points has been in force
HELPER = "door@example.com"


def add_work() -> None:
    """Nothing where there is some work already."""
    if Contribution.objects.exists():
        return
    said, now = tomllib.loads(DATA.read_text()), timezone.now()
    _appoint(said["officers"])
    for email in said["names"]:
        user = _person(email)
        name = public_name_of(user)
        choose_name(user=user, shows_name=True, pseudonym=name.pseudonym)
    _publish_points(now)
    with effects_dropped():
        for row in said["work"]:
            _submit(row, now)
    ContributionShare.objects.update(told_at=now)  # whoever had to hear has heard
    _write_shift_down()
    proposals.propose(now)


def _person(email: str) -> User:
    return User.objects.get(email=email)


def _appoint(officers: dict[str, list[str]]) -> None:
    by = User.objects.filter(is_superuser=True).first()
    for role, emails in officers.items():
        for email in emails:
            Officer.objects.get_or_create(
                user=_person(email), role=OfficerRole(role), defaults={"appointed_by": by}
            )


def _publish_points(now: datetime) -> None:
    """In the past: what is published cannot be dated back afterwards."""
    if PointsTable.objects.exists():
        return
    by = User.objects.filter(is_superuser=True).first() or _person(HELPER)
    draft = points.save_draft(
        by=by,
        points=points.points_of(None),
        budgets=points.budgets_of(None),
        note="The first table. Talks and articles carry most of what we do.",
    )
    then = now - timedelta(days=TABLE_DAYS)
    PointsTable.objects.filter(pk=draft.pk).update(
        created_at=then, published_at=then, published_by=by
    )


def _submit(row: dict[str, Any], now: datetime) -> None:
    by, at = _person(row["by"]), now - timedelta(days=row["days"], hours=3)
    work = contributions.submit(
        by=by,
        co_authors=[(_person(email), percent * 100) for email, percent in row.get("co", [])],
        kind=row["kind"],
        title=row["title"],
        description=row.get("description", ""),
        evidence_url=row["url"],
        size_asked=row["size"],
        done_on=(at - timedelta(days=1)).date(),
        chapter=Chapter.objects.filter(memberships__user=by).order_by("pk").first(),
        at=at,
    )
    for day, word in enumerate(row["said"], 1):
        _say(work, word, at + timedelta(days=day, hours=day))


def _say(work: Contribution, word: dict[str, str], at: datetime) -> None:
    words = {"contribution": work, "by": _person(word["by"]), "text": word["text"], "at": at}
    verbs: dict[str, Any] = {
        "accept": reviews.accept,
        "reject": reviews.reject,
        "ask": reviews.ask,
        "answer": contributions.answer,
        "appeal": contributions.appeal,
    }
    size = {"size": Size(word["size"])} if "size" in word else {}
    verbs[word["verdict"]](**words, **size)


def _write_shift_down() -> None:
    """The door helper's, at the newest event of their chapter that is over."""
    helper = _person(HELPER)
    over = Event.objects.published().past(timezone.now())
    event = over.filter(chapter__memberships__user=helper).first()
    if event and not HelperShift.objects.filter(event=event).exists():
        add_shift(
            event=event,
            user=helper,
            start_at=event.start_at - timedelta(hours=1),
            end_at=event.start_at + timedelta(hours=2),
            by=_person("organizer@example.com"),
            note="布置场地",
        )
