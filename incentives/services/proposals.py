"""What the system saw somebody do becomes a draft for that person, and nothing more: it is
worth nothing until they submit it and a reviewer accepts it.

Each draft names its source, so that what was proposed once is never proposed again, even where
the person said that it is not theirs.
"""

from collections import defaultdict
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from allauth.account.models import EmailAddress
from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.db.models.functions import Lower
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _, ngettext

from accounts.models import User
from core.money import allocate
from courses.models import Question
from events.models import Event, Talk
from incentives.models import Contribution, ContributionStatus, Kind, Size
from incentives.queries.hours import Helped, helped
from incentives.services.contributions import divide
from orders.models.shares import WHOLE

LOOK_BACK = timedelta(days=60)
LEAST_HELP = timedelta(hours=1)


def propose(now: datetime | None = None) -> int:
    """Draft what happened lately and was not drafted before; how many that were. Repeatable."""
    now = now or timezone.now()
    events = Event.objects.published().filter(end_at__lte=now, end_at__gt=now - LOOK_BACK)
    made = sum(_talks(event) + _help(event) for event in events.select_related("chapter"))
    return made + _answers(_first_of_month(now))


def _talks(event: Event) -> int:
    """A talk of speakers whose confirmed address the organizers wrote down."""
    talks = event.talks.filter(speakers__email__gt="").distinct().prefetch_related("speakers")
    emails = {speaker.email.lower() for talk in talks for speaker in talk.speakers.all()}
    people = _people(emails - {""})
    made = 0
    for talk in talks:
        found = [people.get(speaker.email.lower()) for speaker in talk.speakers.all()]
        speakers = list(dict.fromkeys(filter(None, found)))
        if speakers and not _handed_in_already(talk, speakers):
            made += _propose_talk(talk, speakers)
    return made


def _people(emails: set[str]) -> dict[str, User]:
    proven = EmailAddress.objects.annotate(address=Lower("email")).filter(
        address__in=emails, verified=True, user__is_active=True
    )
    return {row.address: row.user for row in proven.select_related("user")}


def _handed_in_already(talk: Talk, speakers: list[User]) -> bool:
    """They did not wait for the system: the same event's talk is there by one of them."""
    own = Q(shares__user__in=speakers) | Q(created_by__in=speakers)
    talks = Contribution.objects.filter(own, kind=Kind.TALK, event=talk.event_id)
    return talks.exclude(source__startswith="talk:").exists()


def _propose_talk(talk: Talk, speakers: list[User]) -> bool:
    event = talk.event
    page = reverse("events:talk-detail", args=[event.slug, talk.public_id])
    return _draft(
        speakers,
        source=f"talk:{talk.public_id}",
        kind=Kind.TALK,
        event=event,
        chapter=event.chapter,
        title=str(talk)[:160],
        evidence_url=talk.video_url or talk.slides_url or f"{settings.SITE_URL}{page}",
        done_on=_day(talk.start_at, event.time_zone),
        size_asked=_size(talk.end_at - talk.start_at, timedelta(minutes=20), timedelta(hours=1)),
    )


def _help(event: Event) -> int:
    rows = [row for row in helped(event=event) if row.time >= LEAST_HELP and row.user.is_active]
    return sum(_propose_help(row) for row in rows)


def _propose_help(row: Helped) -> bool:
    event = row.event
    with translation.override(row.user.language or settings.LANGUAGE_CODE):
        title = _("Help at “%(event)s”") % {"event": event.title}
        time = _("%(hours)s h %(minutes)s min") % {"hours": row.hours, "minutes": row.minutes}
    return _draft(
        [row.user],
        source=f"help:{event.public_id}:{row.user.pk}",
        kind=Kind.VENUE_HELP,
        event=event,
        chapter=event.chapter,
        title=title[:160],
        description=time,
        done_on=_day(event.start_at, event.time_zone),
        size_asked=_size(row.time, timedelta(hours=3), timedelta(hours=8)),
    )


def _answers(until: datetime) -> int:
    """Answers of the month before `until` that who asked found helpful, a draft a person."""
    since = (until - timedelta(days=1)).replace(day=1)
    accepted = Question.objects.shown().filter(
        accepted_at__gte=since, accepted_at__lt=until, accepted_reply__user__is_active=True
    )
    by_person: defaultdict[User, list[Question]] = defaultdict(list)
    for question in accepted.select_related("accepted_reply__user", "course").order_by("pk"):
        reply = question.accepted_reply
        if reply and reply.user and reply.is_shown and reply.user_id != question.user_id:
            by_person[reply.user].append(question)
    return sum(_propose_answers(who, since, found) for who, found in by_person.items())


def _propose_answers(who: User, since: datetime, found: list[Question]) -> bool:
    count = len(found)
    with translation.override(who.language or settings.LANGUAGE_CODE):
        month = date_format(since, "YEAR_MONTH_FORMAT")
        title = ngettext(
            "%(count)s accepted answer in %(month)s",
            "%(count)s accepted answers in %(month)s",
            count,
        ) % {"count": count, "month": month}
    last = max(question.accepted_at or since for question in found)
    return _draft(
        [who],
        source=f"answers:{who.pk}:{since:%Y-%m}",
        kind=Kind.ANSWERS,
        title=title,
        description="\n".join(f"{question.course}: {question.title}" for question in found)[:4000],
        done_on=last.astimezone(UTC).date(),
        size_asked=Size.SMALL if count < 5 else Size.MEDIUM if count < 20 else Size.LARGE,
    )


@transaction.atomic
def _draft(people: list[User], *, source: str, **facts: object) -> bool:
    """False where it was drafted before."""
    draft, is_new = Contribution.objects.get_or_create(
        source=source,
        defaults=facts | {"created_by": people[0], "status": ContributionStatus.DRAFT},
    )
    if is_new:
        weights = allocate(WHOLE, [1] * len(people))
        divide(draft, list(zip(people, weights, strict=True)))
    return is_new


def _day(at: datetime, zone: str) -> date:
    return at.astimezone(ZoneInfo(zone)).date()


def _size(length: timedelta, medium: timedelta, large: timedelta) -> Size:
    """What the author may put right, and a reviewer decides."""
    return Size.SMALL if length < medium else Size.MEDIUM if length < large else Size.LARGE


def _first_of_month(now: datetime) -> datetime:
    return now.astimezone(UTC).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
