"""An event with its agenda, places and prices, as a plan says."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.core.files.base import ContentFile
from django.db import transaction
from django.db.models import F

from accounts.models import User
from checkout.demo import plans
from checkout.demo.covers import draw_cover
from checkout.demo.plans import EventPlan, TalkPlan, TypePlan, in_both
from community.models import Chapter
from events.models import Event, LogEntry, Room, Speaker, Venue
from events.services import agenda, events as event_services
from ticketing.models import TicketType
from ticketing.services import events as ticketing_events, types
from ticketing.services.refund_rules import Rule, save_refund_rules

Kind = tuple[TypePlan, TicketType]


@dataclass
class Stage:
    """An event while its story is told. Services let nobody buy for yesterday, so what is past
    is staged `lift` later than it was, and comes down at the end.

    All other times are as the story has them. `told_from` is when the telling began: what the
    log says since then has still to be dated.
    """

    plan: EventPlan
    event: Event
    kinds: list[Kind]
    by: User
    start_at: datetime
    end_at: datetime
    published_at: datetime
    now: datetime
    lift: timedelta

    def happened(self, at: datetime) -> None:
        """Date what services have just logged: one thing after the other, from `at` on."""
        just_now = LogEntry.objects.filter(event=self.event, at__gte=self.now).order_by("pk")
        entries = list(just_now)
        for number, entry in enumerate(entries):
            entry.at = min(at + timedelta(minutes=4 * number), self.now - timedelta(minutes=1))
        LogEntry.objects.bulk_update(entries, ["at"])


@transaction.atomic
def set_stage(
    plan: EventPlan, *, chapter: Chapter, venue: Venue | None, by: User, now: datetime
) -> Stage:
    start_at = plan.start_at(now, chapter.time_zone)
    end_at = start_at + timedelta(hours=plan.hours)
    published_at = min(start_at - timedelta(days=plan.published), now - timedelta(days=1))
    lift = timedelta(days=max(0, (now - start_at).days + 2)) if end_at <= now else timedelta(0)
    event = event_services.create_event(
        chapter=chapter,
        by=by,
        **_fields(plan, venue),
        start_at=start_at + lift - timedelta(minutes=30 * plan.moved),
        end_at=end_at + lift,
    )
    stage = Stage(plan, event, [], by, start_at, end_at, published_at, now, lift)
    stage.happened(published_at - timedelta(days=6))
    _write_agenda(stage)
    stage.happened(published_at - timedelta(days=3))
    stage.kinds = _price(stage)
    stage.happened(published_at - timedelta(days=1))
    _publish(stage)
    Event.objects.filter(pk=event.pk).update(created_at=published_at - timedelta(days=6))
    stage.event.refresh_from_db()
    return stage


def _fields(plan: EventPlan, venue: Venue | None) -> dict[str, Any]:
    fields: dict[str, Any] = {
        "slug": plan.slug,
        **in_both(title=plan.title, summary=plan.summary, description=plan.description),
        "attendance_mode": plan.mode,
        "spoken_language": plan.spoken,
        "venue": venue,
        "online_url": plan.online,
    }
    if plan.cover:
        picture = draw_cover(plan.cover, plan.slug, night=plan.night)
        fields["cover"] = ContentFile(picture, name=f"{plan.slug}.jpg")
    return fields


def _publish(stage: Stage) -> None:
    plan, event = stage.plan, stage.event
    if plan.state == "draft":
        return
    event_services.publish_event(event=event, by=stage.by)
    Event.objects.filter(pk=event.pk).update(published_at=stage.published_at)
    stage.happened(stage.published_at)
    if plan.moved:
        event.refresh_from_db()
        event_services.update_event(
            event=event, by=stage.by, version=event.version, start_at=stage.start_at + stage.lift
        )
        stage.happened(stage.published_at + timedelta(days=2))


def _write_agenda(stage: Stage) -> None:
    plan, event = stage.plan, stage.event
    rooms = [
        agenda.save_room(event=event, by=stage.by, **in_both(name=name)) for name in plan.rooms
    ]
    speakers = _speakers(stage)
    for talk in plan.talks:
        _write_talk(stage, talk, rooms, speakers)


def _speakers(stage: Stage) -> dict[str, Speaker]:
    """Those whom the conference's list knows; others are named in the talks."""
    known = plans.read("conference_speakers")["speakers"]
    wanted = dict.fromkeys(key for talk in stage.plan.talks for key in talk.by)
    return {
        key: agenda.save_speaker(event=stage.event, by=stage.by, **in_both(**known[key]))
        for key in wanted
        if key in known
    }


def _write_talk(
    stage: Stage, talk: TalkPlan, rooms: list[Room], speakers: dict[str, Speaker]
) -> None:
    start_at = talk.start_at(stage.start_at) + stage.lift
    agenda.save_talk(
        event=stage.event,
        by=stage.by,
        speakers=[speakers.get(key, key) for key in talk.by],
        room=None if talk.room is None else rooms[talk.room],
        start_at=start_at,
        end_at=start_at + timedelta(minutes=talk.minutes),
        language=talk.language,
        tags=talk.tags,
        **in_both(title=talk.title, kind=talk.kind, abstract=talk.abstract),
    )


def _price(stage: Stage) -> list[Kind]:
    event, by = stage.event, stage.by
    quotas = {
        name: types.save_quota(event=event, by=by, name=name, size=size)
        for name, size in stage.plan.quotas.items()
    }
    rules = [Rule(*rule) for rule in stage.plan.refund_rules]
    save_refund_rules(event=event, by=by, rules=rules)
    return [(plan, _type(stage, plan, quotas)) for plan in stage.plan.types]


def _type(stage: Stage, plan: TypePlan, quotas: dict) -> TicketType:
    return types.save_ticket_type(
        event=stage.event,
        by=stage.by,
        quotas=[quotas[name] for name in plan.quotas],
        price_minor=plan.price,
        currency=stage.event.chapter.currency,
        max_per_order=plan.most,
        is_public=not plan.hidden,
        **in_both(name=plan.name, description=plan.description),
    )


def strike(stage: Stage) -> None:
    """The story is told: sales windows close as planned, and what is past becomes past."""
    if stage.plan.state == "canceled":
        _cancel(stage)
    for plan, kind in stage.kinds:
        TicketType.objects.filter(pk=kind.pk).update(
            sales_start_at=_before(stage, plan.opens), sales_end_at=_before(stage, plan.closes)
        )
    if stage.lift:
        _lower(stage)


def _before(stage: Stage, days: int | None) -> datetime | None:
    return None if days is None else stage.start_at - timedelta(days=days)


def _cancel(stage: Stage) -> None:
    reason = stage.plan.cancel_reason
    ticketing_events.cancel_event(event=stage.event, by=stage.by, reason=reason)
    at = stage.now - timedelta(hours=20)
    Event.objects.filter(pk=stage.event.pk).update(canceled_at=at)
    stage.happened(at)


def _lower(stage: Stage) -> None:
    down = {name: F(name) - stage.lift for name in ("start_at", "end_at")}
    Event.objects.filter(pk=stage.event.pk).update(**down)
    stage.event.talks.update(**down)
