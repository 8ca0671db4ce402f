"""All of the sample data, once: what is there already, and what people did with it, stays."""

from datetime import datetime, timedelta
from random import Random
from typing import Any

from django.db import transaction
from django.utils import timezone, translation

from accounts.models import User
from checkout import tasks
from checkout.demo import people, plans, share
from checkout.demo.courses import make_courses
from checkout.demo.crowds import gather, open_door, order_tickets, pay
from checkout.demo.doors import hand_in, set_up_doors
from checkout.demo.people import ATTENDEE, Visitor
from checkout.demo.plans import EventPlan, in_both
from checkout.demo.stages import Stage, set_stage, strike
from checkout.demo.teaching import teach_courses
from community import tasks as community_tasks
from community.models import Chapter, City, Invitation, Membership, Role
from community.services import invite_member, set_roles
from core.effects import effects_dropped
from events.models import Event, Venue
from events.services.venues import create_venue
from orders.models import Order
from ticketing.jobs import send_event_mail
from ticketing.models import NoticeKind, Ticket
from ticketing.services import notices


def make_world() -> int:
    """Make what is missing and say how many events that were. Sends a handful of real mails."""
    now = timezone.now()
    with effects_dropped():
        people.add_people()
        share.publish_rates(now)
        places = plans.read("places")
        _add_cities(places["cities"])
        new_chapters = [row["slug"] for row in places["chapters"] if _add_chapter(row, places)]
        languages = {row["slug"]: row["language"] for row in places["chapters"]}
        venues = {row["key"]: row["name"]["en"] for row in places["venues"]}
        known = set(Event.objects.values_list("slug", flat=True))
        new = [plan for plan in plans.event_plans() if plan.slug not in known]
        mailed = []
        for plan in new:
            with translation.override(languages[plan.chapter]):
                mailed += _tell(plan, venue=venues.get(plan.venue, ""), now=now)
        make_courses(now)
        teach_courses(now)
        _nothing_owed(now)
        share.mature_what_is_over(now)
    _send_mails(mailed, is_new="shanghai" in new_chapters)
    return len(new)


def _add_cities(rows: list[dict[str, Any]]) -> None:
    for row in rows:
        fields = {"country": row["country"], "time_zone": row["time_zone"]}
        City.objects.get_or_create(slug=row["slug"], defaults=fields | in_both(name=row["name"]))


@transaction.atomic
def _add_chapter(row: dict[str, Any], places: dict[str, Any]) -> bool:
    """With its venues and the people who run it. False when it was there."""
    chapter, is_new = Chapter.objects.get_or_create(
        slug=row["slug"],
        defaults={
            **in_both(name=row["name"], description=row["description"]),
            "city": City.objects.filter(slug=row["city"]).first(),
            **{name: row[name] for name in ("seal_text", "time_zone", "currency", "contact_email")},
        },
    )
    if not is_new:
        return False
    for email, roles in people.roles_in(chapter.slug):
        set_roles(chapter=chapter, user=User.objects.get(email=email), roles=map(Role, roles))
    for place in places["venues"]:
        if place["chapter"] == chapter.slug:
            _add_venue(chapter, place)
    return True


def _add_venue(chapter: Chapter, place: dict[str, Any]) -> None:
    texts = {name: place[name] for name in ("name", "address", "directions")}
    city = City.objects.get(slug=place["city"])
    create_venue(chapter=chapter, city=city, **in_both(**texts))


def _tell(plan: EventPlan, *, venue: str, now: datetime) -> list[Order]:
    """The story of one event; returns those orders of the attendee that shall be mailed."""
    chapter = Chapter.objects.get(slug=plan.chapter)
    place = Venue.objects.filter(chapter=chapter, name_en=venue).first()
    stage = set_stage(plan, chapter=chapter, venue=place, by=_owner(chapter), now=now)
    mailed = []
    if plan.state != "draft":
        mailed = [_visit(stage, visit) for visit in people.visits() if visit["event"] == plan.slug]
        gather(stage)
        set_up_doors(stage)
        open_door(stage)
        hand_in(stage)
    strike(stage)
    return [order for order in mailed if order is not None]


def _visit(stage: Stage, visit: dict[str, Any]) -> Order | None:
    """The attendee's own order: with a companion, where there are two tickets."""
    user = User.objects.get(email=ATTENDEE)
    language = visit.get("language", "zh-hans")
    names = [user.name, visit.get("companion", "")]
    kinds = [stage.kinds[index][1] for index in visit["types"]]
    buyer = Visitor(user.name, user.email, language, "Asia/Shanghai")
    wanted = list(zip(kinds, names, strict=False))
    order = order_tickets(stage, buyer, wanted, placed_by=user)
    # the event's weekday moves its publication: nobody ordered before it
    at = max(
        stage.now - timedelta(days=visit["days_ago"], hours=2),
        stage.published_at + timedelta(hours=1),
    )
    created = {"created_at": at, "hold_until": at + timedelta(minutes=36)}
    if visit.get("is_open"):
        created["hold_until"] = stage.now + timedelta(days=2)
    else:
        pay(stage, order, at, Random("card"))  # noqa: S311  a story, no secret
    Order.objects.filter(pk=order.pk).update(**created)
    Ticket.objects.filter(order_line__order=order).update(created_at=at)
    return order if visit.get("is_mailed") else None


def _nothing_owed(now: datetime) -> None:
    """Whoever would have to hear of something by now has heard; the attendee has yet to hear
    that an event was canceled."""
    for due in notices.owed(now):
        still = ATTENDEE if due.kind == NoticeKind.CANCELED else ""
        for order in due.orders.exclude(email=still):
            notice = notices.claim(order=order, event=due.event, kind=due.kind, at=now)
            if notice:
                notices.mark_sent(notice=notice)


def _send_mails(mailed: list[Order], *, is_new: bool) -> None:
    """A few, so that the mailbox shows what people get."""
    for order in mailed:
        Order.objects.filter(pk=order.pk).update(confirmation_sent_at=None)
        tasks.send_confirmation(order.pk)
    send_event_mail()
    if is_new:
        community_tasks.send_invitation(_invite().pk)


def _invite() -> Invitation:
    chapter = Chapter.objects.get(slug="shanghai")
    with effects_dropped():
        return invite_member(
            chapter=chapter,
            by=_owner(chapter),
            email="newcomer@example.com",
            roles=[Role.STEWARD],
            language="zh-hans",
        )


def _owner(chapter: Chapter) -> User:
    return Membership.objects.filter(chapter=chapter, role=Role.OWNER).earliest("pk").user
