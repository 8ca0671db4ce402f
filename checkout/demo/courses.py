"""Sample courses: written, published, sold and learned, through the services."""

from datetime import datetime, timedelta
from random import Random
from typing import Any

from django.core.files.base import ContentFile
from django.db import transaction

from accounts.models import User
from checkout.demo import plans
from checkout.demo.covers import draw_cover
from checkout.demo.crowds import pay_by_card
from checkout.demo.people import ATTENDEE, Visitor, draw_visitors
from checkout.demo.plans import in_both
from checkout.services.orders import place_order
from community.models import Chapter, Membership, Role
from courses.models import (
    Cohort,
    Course,
    CourseLogEntry,
    CourseOffer,
    Enrollment,
    Lesson,
    LessonVersion,
    ReleaseRule,
)
from courses.queries.outline import OutlineLesson, published_outline
from courses.services import cohorts, courses, desk, learning, publishing
from courses.services.sales import SeatSelection, Wish
from orders.models import Order

Row = dict[str, Any]
CODES = {"zh": "zh-hans", "en": "en"}
# what the attendee learns, and how many lessons of it they completed
ATTENDS = {"zero-knowledge-first-steps": 2, "contracts-under-review": 0}


def make_courses(now: datetime) -> None:
    """Those that are not there yet."""
    known = set(Course.objects.values_list("slug", flat=True))
    for row in plans.read("courses")["courses"]:
        if row["slug"] not in known:
            _make(row, now)


def _make(row: Row, now: datetime) -> None:
    chapter = Chapter.objects.get(slug=row["chapter"])
    owner = Membership.objects.filter(chapter=chapter, role=Role.OWNER).earliest("pk").user
    course = _write(row, chapter, owner)
    cohort = _open(row, course, owner, now)
    publishing.publish_course(course=course, by=owner)
    course.refresh_from_db()
    _sell(row, course, cohort, now)
    _date(course, now - timedelta(days=row["days"] + 1))
    for offer, plan in zip(cohort.offers.all(), row["offers"], strict=True):
        if "closes" in plan:
            closes_at = now + timedelta(days=plan["closes"])
            cohorts.save_offer(cohort=cohort, by=owner, offer=offer, sales_end_at=closes_at)


@transaction.atomic
def _write(row: Row, chapter: Chapter, owner: User) -> Course:
    texts = ("title", "summary", "description", "audience", "outcomes")
    course = courses.create_course(
        chapter=chapter,
        by=owner,
        lead=not row["lecturers"],
        slug=row["slug"],
        level=row["level"],
        refund_days=row["refund_days"],
        cover=ContentFile(draw_cover(row["cover"], row["slug"]), name=f"{row['slug']}.jpg"),
        **in_both(**{name: row[name] for name in texts}),
    )
    people = User.objects.filter(email__in=row["lecturers"])
    if people:
        lecturers = [courses.LecturerFields(person, is_lead=True) for person in people]
        courses.set_lecturers(course=course, by=owner, lecturers=lecturers)
    for part in row["modules"]:
        module = desk.add_module(course=course, **in_both(title=part["title"]))
        for lesson in part["lessons"]:
            desk.add_lesson(module=module, by=owner, **_lesson(lesson, course))
    return course


def _lesson(row: Row, course: Course) -> Row:
    days = row.get("after_start")
    return {
        "slug": row["slug"],
        "minutes": row["minutes"],
        "is_preview": row.get("preview", False),
        "titles": {CODES[code]: title for code, title in row["title"].items()},
        "bodies": {CODES[code]: text for code, text in row["text"].items()},
        "release": ReleaseRule.AT_ONCE if days is None else ReleaseRule.AFTER_START,
        "release_days": days,
        "prerequisites": list(Lesson.objects.filter(course=course, slug__in=row.get("needs", []))),
    }


def _open(row: Row, course: Course, owner: User, now: datetime) -> Cohort:
    start_at = end_at = None
    if "starts_in" in row:
        start_at = (now + timedelta(days=row["starts_in"])).replace(
            hour=11, minute=0, second=0, microsecond=0
        )
        end_at = start_at + timedelta(days=row["lasts"])
    cohort = cohorts.create_cohort(
        course=course, by=owner, seats=row.get("seats"), start_at=start_at, end_at=end_at
    )
    for offer in row["offers"]:
        cohorts.save_offer(
            cohort=cohort,
            by=owner,
            price_minor=offer["price"],
            currency=course.chapter.currency,
            max_per_order=offer.get("most", 1),
            **in_both(name=offer["name"]),
        )
    return cohort


def _sell(row: Row, course: Course, cohort: Cohort, now: datetime) -> None:
    """The attendee first, where they come at all; then everybody else, some of whom learn."""
    chance = Random(row["slug"])  # noqa: S311  a story, no secret
    people = draw_visitors(chance, row["sold"], latin=0.15)
    attendee = User.objects.get(email=ATTENDEE)
    if course.slug in ATTENDS:
        people[0] = Visitor(attendee.name, attendee.email, "zh-hans", "Asia/Shanghai")
    offer = cohort.offers.first()
    for person in people:
        at = now - timedelta(days=chance.uniform(0.2, row["days"]))
        _enroll(course, offer, person, at)
    if count := ATTENDS.get(course.slug, 0):
        outline = published_outline(course)
        for lesson in outline.lessons[:count] if outline else ():
            complete(attendee, lesson)


def _enroll(course: Course, offer: CourseOffer | None, person: Visitor, at: datetime) -> None:
    if offer is None:
        return
    order = place_order(
        wishes=[Wish(course, [SeatSelection(offer.public_id)])],
        email=person.email,
        name=person.name,
        language=person.language,
        time_zone=person.time_zone,
        placed_by=User.objects.filter(email=person.email).first(),
    )
    paid_at = at + timedelta(minutes=2)
    if order.total_minor:
        pay_by_card(order, at + timedelta(minutes=1), paid_at)
    Order.objects.filter(pk=order.pk).update(
        created_at=at,
        hold_until=at + timedelta(minutes=36),
        paid_at=paid_at,
        confirmation_sent_at=paid_at + timedelta(seconds=30),
    )
    Enrollment.objects.filter(order_line__order=order).update(created_at=at, granted_at=paid_at)


def complete(person: User, lesson: OutlineLesson) -> None:
    version = LessonVersion.objects.get(lesson=lesson.pk, language="zh-hans")
    row = Lesson.objects.select_related("course").get(pk=lesson.pk)
    learning.save_position(user=person, lesson=row, position=1000)
    learning.complete_lesson(user=person, lesson=row, version=version)


def _date(course: Course, at: datetime) -> None:
    """It was published before anybody came. What a publication says of itself stays as it is."""
    Course.objects.filter(pk=course.pk).update(created_at=at, published_at=at)
    Cohort.objects.filter(course=course).update(created_at=at)
    CourseLogEntry.objects.filter(course=course).update(at=at)
