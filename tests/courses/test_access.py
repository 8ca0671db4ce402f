"""One function decides. Here it stands against a plain specification, on a real database."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import product

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, Phase, given, settings, strategies as st

from courses.models import (
    CourseStatus,
    Enrollment,
    EnrollmentStatus,
    ReleaseException,
    ReleaseRule,
)
from courses.queries.access import (
    Access,
    Grant,
    Opening,
    Reason,
    can_view,
    course_access,
    courses_access,
    for_reader,
    release_time,
)
from courses.queries.outline import Outline, OutlineLesson, OutlineModule
from courses.services import cohorts, courses, desk, enrolling
from tests.courses.world import add_lesson, complete, enroll, lesson_of, publish, published_course
from tests.factories.accounts import UserFactory
from tests.factories.community import MembershipFactory
from tests.factories.courses import CohortFactory, CourseFactory, CourseLecturerFactory

pytestmark = pytest.mark.django_db

NOW = datetime(2036, 5, 1, 12, 0, tzinfo=UTC)
DAYS = [-3, -1, 0, 2, 5]


def day(number: int) -> datetime:
    return NOW + timedelta(days=number)


@dataclass
class World:
    """The specification: what was done, in plain sets, and what follows from it."""

    status: str = "draft"
    desk: dict = field(default_factory=dict)  # lesson → rules
    live: dict = field(default_factory=dict)  # the same, as published last
    grants: list = field(default_factory=list)  # [person, cohort, day, ended?]
    starts: dict = field(default_factory=dict)  # cohort → day or None
    done: set = field(default_factory=set)  # (person, lesson)
    openings: list = field(default_factory=list)  # (person or None, cohort or None, lesson, day)

    def may_see(self, person: int, lesson: int, today: int) -> bool:
        if self.status == "draft" or lesson not in self.live:
            return False
        rule = self.live[lesson]
        mine = [g for g in self.grants if g[0] == person and not g[3] and g[2] <= today]
        if not mine:
            return self.status == "published" and rule["preview"]
        if rule["preview"] or (person, lesson) in self.done:
            return True
        for who, cohort, which, when in self.openings:
            for_me = who == person or cohort in {g[1] for g in mine}
            if which == lesson and for_me and when <= today:
                return True
        if any(need in self.live and (person, need) not in self.done for need in rule["needs"]):
            return False
        return any(self._is_released(rule, grant, today) for grant in mine)

    def _is_released(self, rule: dict, grant: list, today: int) -> bool:
        _person, cohort, granted, _ended = grant
        if rule["release"] == "on_date":
            return rule["days"] <= today
        if rule["release"] == "after_enrollment":
            return granted + abs(rule["days"]) <= today
        if rule["release"] == "after_start":
            start = self.starts[cohort]
            return (granted if start is None else start) + abs(rule["days"]) <= today
        return True

    def percent(self, person: int) -> int:
        required = [n for n, rule in self.live.items() if rule["required"]] or list(self.live)
        return 100 * sum((person, n) in self.done for n in required) // len(required or [0])


PEOPLE, LESSONS, COHORTS = range(3), range(5), range(2)
person, lesson, cohort, days = (
    st.sampled_from(values) for values in (PEOPLE, LESSONS, COHORTS, DAYS)
)
rules = st.fixed_dictionaries(
    {
        "preview": st.booleans(),
        "required": st.booleans(),
        "release": st.sampled_from(["at_once", "on_date", "after_start", "after_enrollment"]),
        "days": days,
        "needs": st.frozensets(lesson, max_size=2),
    }
)
acts = st.one_of(
    st.tuples(st.just("write"), lesson, rules),
    st.tuples(st.just("delete"), lesson),
    st.tuples(st.just("publish")),
    st.tuples(st.just("grant"), person, cohort, days),
    st.tuples(st.just("grant"), person, cohort, days),
    st.tuples(st.just("end"), st.integers(0, 5)),
    st.tuples(st.just("complete"), person, lesson),
    st.tuples(st.just("complete"), person, lesson),
    st.tuples(st.just("open"), st.none() | person, cohort, lesson, days),
    st.tuples(st.just("archive")),
)


class Site:
    """The same acts, done to the product."""

    def __init__(self) -> None:
        self.world = World(starts={0: None, 1: 0})
        self.course = CourseFactory()
        self.people = [UserFactory() for _ in PEOPLE]
        self.cohorts = [
            CohortFactory(course=self.course),
            CohortFactory(course=self.course, start_at=day(0)),
        ]
        self.lessons, self.seats = {}, []

    def write(self, number: int, rule: dict) -> None:
        # a lesson needs only those before it: the desk refuses loops
        rule = {**rule, "needs": {need for need in rule["needs"] if need < number}}
        if number not in self.lessons:
            self.lessons[number] = add_lesson(self.course, number)
        row = self.lessons[number]
        row.refresh_from_db()
        if row.deleted_at:
            desk.restore_lesson(lesson=row, module=self.course.modules.first())
        by_days = rule["release"] in {"after_start", "after_enrollment"}
        desk.update_lesson(
            lesson=row,
            is_preview=rule["preview"],
            is_required=rule["required"],
            release=rule["release"],
            release_at=day(rule["days"]) if rule["release"] == "on_date" else None,
            release_days=abs(rule["days"]) if by_days else None,
            prerequisites=[self.lessons[need] for need in rule["needs"] if need in self.lessons],
        )
        rule["needs"] &= set(self.lessons)
        self.world.desk[number] = rule

    def delete(self, number: int) -> None:
        if number in self.world.desk:
            desk.delete_lesson(lesson=self.lessons[number])
            del self.world.desk[number]

    def publish(self) -> None:
        if self.world.desk and self.world.desk != self.world.live:
            publish(self.course)
            self.world.live = dict(self.world.desk)
            self.world.status = "published" if self.world.status == "draft" else self.world.status

    def grant(self, who: int, which: int, when: int) -> None:
        held = {seat.user_id for seat in self.seats if seat.cohort_id == self.cohorts[which].pk}
        if self.people[who].pk not in held:
            seat = enrolling.grant_seat(cohort=self.cohorts[which], user=self.people[who])
            Enrollment.objects.filter(pk=seat.pk).update(granted_at=day(when))
            self.seats.append(seat)
            self.world.grants.append([who, which, when, False])

    def end(self, number: int) -> None:
        if number < len(self.seats):
            enrolling.end_seat(enrollment=self.seats[number])
            self.world.grants[number][3] = True

    def complete(self, who: int, number: int) -> None:
        if self.is_enrolled(who) and self.world.may_see(who, number, 0):
            with pytest.MonkeyPatch.context() as patch:
                patch.setattr(timezone, "now", lambda: NOW)
                complete(self.people[who], self.lessons[number])
            self.world.done.add((who, number))

    def open(self, who: int | None, which: int, number: int, when: int) -> None:
        if number in self.lessons:
            for_one = {"user": self.people[who]} if who is not None else {}
            for_all = {"cohort": self.cohorts[which]} if who is None else {}
            target = (who, None if who is not None else which)
            cohorts.make_exception(
                lesson=self.lessons[number], open_at=day(when), by=None, **for_one, **for_all
            )
            same = (*target, number)
            kept = [row for row in self.world.openings if row[:3] != same]
            self.world.openings = [*kept, (*same, when)]

    def archive(self) -> None:
        if self.world.status == "published":
            courses.archive_course(course=self.course, by=None)
            self.world.status = "archived"

    def is_enrolled(self, who: int) -> bool:
        return any(g[0] == who and not g[3] and g[2] <= 0 for g in self.world.grants)

    def access(self, who: int, today: int) -> Access:
        course = for_reader(self.people[who]).get(pk=self.course.pk)
        return course_access(self.people[who], course, day(today))


@settings(
    max_examples=15,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(st.lists(acts, min_size=8, max_size=20))
def test_access_is_what_its_specification_says_and_completion_never_falls(story):
    with transaction.atomic():
        site, best = Site(), dict.fromkeys(PEOPLE, 0)
        for number in range(2):
            site.write(number, {**PLAIN})
        for name, *arguments in [("publish",), *story]:
            getattr(site, name)(*arguments)
            for who in PEOPLE:
                best[who] = max(best[who], site.world.percent(who))
                assert site.access(who, 0).percent == best[who]
        for today, who in product((-2, 0, 3, 10), PEOPLE):
            access = site.access(who, today)
            seen = {n for n, row in site.lessons.items() if access.verdict(row.pk).allowed}
            assert seen == {n for n in LESSONS if site.world.may_see(who, n, today)}
        transaction.set_rollback(True)


moments = st.integers(-10, 10).map(day)
grants = st.builds(
    Grant,
    cohort=st.integers(0, 3),
    granted_at=moments,
    start_at=st.none() | moments,
    time_zone=st.sampled_from(["Asia/Shanghai", "Europe/Berlin", "America/New_York"]),
    class_ends=st.lists(moments, max_size=3).map(sorted).map(tuple),
)
openings = st.builds(Opening, lesson=st.just(2), cohort=st.none() | st.integers(0, 3), at=moments)


@st.composite
def outlines(draw):
    """Two lessons, of which the second opens by any rule and may need the first."""
    release = draw(st.sampled_from(ReleaseRule))
    by_days = release in {ReleaseRule.AFTER_START, ReleaseRule.AFTER_ENROLLMENT}
    second = {
        "is_preview": draw(st.booleans()),
        "release": release,
        "release_at": draw(moments) if release == ReleaseRule.ON_DATE else None,
        "release_days": draw(st.integers(0, 9)) if by_days else None,
        "release_class": draw(st.integers(1, 4)) if release == ReleaseRule.AFTER_CLASS else None,
        "needs": draw(st.sampled_from([(), (1,)])),
    }
    first = {
        "is_preview": False,
        "release": ReleaseRule.AT_ONCE,
        "release_at": None,
        "release_days": None,
        "needs": (),
    }
    lessons = tuple(
        OutlineLesson(pk, f"l{pk}", f"l{pk}", {}, is_required=True, minutes=None, **rules)
        for pk, rules in enumerate((first, second), 1)
    )
    return Outline(100, (OutlineModule("m1", {}, lessons),))


@settings(max_examples=400)
@given(
    outline=outlines(),
    grants=st.lists(grants, min_size=1, max_size=4),
    openings=st.lists(openings, max_size=3),
    completed=st.frozensets(st.sampled_from([1, 2])),
)
def test_what_several_seats_open_is_the_union_of_what_each_opens(
    outline, grants, openings, completed
):
    def access(*seats):
        known = {"openings": tuple(openings), "completed": completed}
        return Access(CourseStatus.PUBLISHED, outline, NOW, grants=seats, **known).verdict(2)

    together, each = access(*grants), [access(grant) for grant in grants]

    assert together.allowed == any(verdict.allowed for verdict in each)
    if together.reason == Reason.LOCKED:
        known = [verdict.opens_at for verdict in each if verdict.opens_at is not None]
        assert together.opens_at == min(known, default=None)


PLAIN = {
    "preview": False,
    "required": True,
    "release": "at_once",
    "days": 0,
    "needs": frozenset(),
}


def verdict(person, lesson, at=None):
    return can_view(person, lesson, at or timezone.now())


def test_stranger_reads_previews_and_nothing_of_a_draft():
    course = published_course(2)
    desk.update_lesson(lesson=lesson_of(course, 1), is_preview=True)
    publish(course)
    draft = add_lesson(CourseFactory(), 1, is_preview=True)

    for person in (AnonymousUser(), UserFactory()):
        assert verdict(person, lesson_of(course, 1)).reason == Reason.PREVIEW
        assert verdict(person, lesson_of(course, 2)).reason == Reason.NEEDS_ENROLLMENT
        assert verdict(person, draft).reason == Reason.HIDDEN


def test_lecturers_and_organizers_see_the_desk():
    lesson = add_lesson(CourseFactory(), 1)
    lecturer = CourseLecturerFactory(course=lesson.course).user
    organizer = MembershipFactory(chapter=lesson.course.chapter).user

    assert verdict(lecturer, lesson).reason == Reason.STAFF
    assert verdict(organizer, lesson).reason == Reason.STAFF
    assert verdict(CourseLecturerFactory().user, lesson).reason == Reason.HIDDEN


def test_lock_says_when_it_opens_and_what_is_missing():
    course = published_course(3)
    desk.update_lesson(lesson=lesson_of(course, 2), release="after_enrollment", release_days=7)
    desk.update_lesson(lesson=lesson_of(course, 3), prerequisites=[lesson_of(course, 1)])
    publish(course)
    seat = enroll(course)

    locked, missing = (verdict(seat.user, lesson_of(course, n)) for n in (2, 3))

    assert locked.reason == Reason.LOCKED
    assert locked.opens_at == seat.granted_at + timedelta(days=7)
    assert missing.reason == Reason.PREREQUISITE
    assert [lesson.slug for lesson in missing.missing] == ["lesson-1"]


def test_the_end_of_one_seat_leaves_the_other():
    course = published_course(1)
    first = enroll(course)
    other = CohortFactory(course=course, dated=True)
    second = enrolling.grant_seat(cohort=other, user=first.user)

    enrolling.end_seat(enrollment=first)
    assert verdict(first.user, lesson_of(course, 1)).allowed

    enrolling.end_seat(enrollment=second)
    assert verdict(first.user, lesson_of(course, 1)).reason == Reason.NEEDS_ENROLLMENT


def test_held_seat_opens_nothing():
    course = published_course(1)
    seat = enroll(course)
    Enrollment.objects.update(status=EnrollmentStatus.HELD)

    assert not verdict(seat.user, lesson_of(course, 1)).allowed


def test_archived_course_is_for_those_who_learn():
    course = published_course(1)
    desk.update_lesson(lesson=lesson_of(course, 1), is_preview=True)
    publish(course)
    seat = enroll(course)
    courses.archive_course(course=course, by=None)
    lesson = lesson_of(course, 1)

    assert verdict(seat.user, lesson).allowed
    assert verdict(UserFactory(), lesson).reason == Reason.HIDDEN


def test_days_are_counted_on_the_wall_of_the_cohorts_zone():
    """Berlin sets its clocks back on 25 October 2026: the lesson still opens at 19:00."""
    start = datetime(2026, 10, 24, 17, 0, tzinfo=UTC)
    lesson = OutlineLesson(1, "x", "x", {}, False, True, None, "after_start", None, 2, ())

    opens_at = release_time(lesson, Grant(1, start, start, "Europe/Berlin"))

    assert opens_at == datetime(2026, 10, 26, 18, 0, tzinfo=UTC)


def test_next_lesson_is_the_first_open_one_that_is_left():
    course = published_course(3)
    desk.update_lesson(lesson=lesson_of(course, 2), release="after_enrollment", release_days=7)
    publish(course)
    user = enroll(course).user
    complete(user, lesson_of(course, 1))

    access = course_access(user, course, timezone.now())

    assert access.next_lesson().slug == "lesson-3"
    assert Access(CourseStatus.DRAFT, None, timezone.now()).next_lesson() is None


def test_access_costs_the_same_for_many_courses_and_exceptions(django_assert_num_queries):
    user = UserFactory()
    for lessons in (1, 3):
        made = [published_course(lessons) for _ in range(lessons)]
        for course in made:
            enroll(course, user)
            ReleaseException.objects.create(
                lesson=lesson_of(course, 1), user=user, open_at=timezone.now()
            )
        with django_assert_num_queries(3):
            found = courses_access(user, made, timezone.now())
        assert all(access.is_enrolled for access in found.values())
