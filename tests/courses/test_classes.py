"""Planning, moving and canceling classes."""

from datetime import UTC, datetime, timedelta

import pytest

from core.recurrence import TooManyTimes, wall_clock, weekly_rule
from courses.errors import ClassCanceled, NotOfThisCourse, VenueMissing
from courses.models import ClassPlace, ClassSession
from courses.queries.attendance import attended_counts
from courses.services import attendance, classes
from events.models import Event, EventStatus
from tests.factories.accounts import UserFactory
from tests.factories.classes import ClassSessionFactory
from tests.factories.courses import CohortFactory, EnrollmentFactory
from tests.factories.events import VenueFactory

pytestmark = pytest.mark.django_db

at = datetime.fromisoformat
TUESDAY = at("2036-03-04T19:00")  # Berlin's clocks change on 30 March
HOUR = timedelta(hours=1)


@pytest.fixture
def by():
    return UserFactory()


@pytest.fixture
def cohort():
    return CohortFactory(dated=True, time_zone="Europe/Berlin")


def plan(cohort, by, count=6, first=TUESDAY, **fields):
    rule = weekly_rule(first, count=count) if count > 1 else ""
    fields = {"title_en": "Class", "join_url": "https://meet.example.com/a"} | fields
    return classes.plan_classes(
        cohort=cohort,
        by=by,
        first=first,
        minutes=90,
        time_zone="Europe/Berlin",
        rule=rule,
        **fields,
    )


def clocks(sessions):
    return [wall_clock(session.starts_at, session.time_zone) for session in sessions]


def fresh(sessions):
    return list(ClassSession.objects.filter(pk__in=[each.pk for each in sessions]))


def test_a_series_is_rows_at_the_same_hour_over_the_change_of_clocks(cohort, by):
    planned = plan(cohort, by)

    assert clocks(planned) == [TUESDAY + timedelta(weeks=n) for n in range(6)]
    assert [each.starts_at.hour for each in planned] == [18, 18, 18, 18, 17, 17]
    assert {each.ends_at - each.starts_at for each in planned} == {timedelta(minutes=90)}
    assert {each.series.rule for each in planned} == {"FREQ=WEEKLY;INTERVAL=1;BYDAY=TU;COUNT=6"}
    assert cohort.course.log.get().target == "Class × 6"


def test_one_class_has_no_series(cohort, by):
    [session] = plan(cohort, by, count=1)

    assert (session.series, session.sequence) == (None, 0)


def test_a_plan_without_end_leaves_nothing(cohort, by):
    with pytest.raises(TooManyTimes):
        plan(cohort, by, count=201)

    assert ClassSession.objects.count() == 0


def test_one_of_a_series_moves_alone_across_the_change_of_clocks(cohort, by):
    planned = plan(cohort, by)
    moved_to = at("2036-04-01T20:00")

    classes.change_class(session=planned[3], by=by, first=moved_to)

    after = fresh(planned)
    assert clocks(after) == [
        *clocks(planned[:3]),
        *clocks([planned[4]]),
        moved_to,
        clocks(planned)[5],
    ]
    assert sorted(each.sequence for each in after) == [0, 0, 0, 0, 0, 1]


def test_this_and_the_following_move_as_far_on_the_wall_clock(cohort, by):
    planned = plan(cohort, by)
    classes.change_class(session=planned[5], by=by, first=clocks(planned)[5] + HOUR)

    rows = classes.change_class(
        session=planned[2],
        by=by,
        following=True,
        first=clocks(planned)[2] + timedelta(days=1, hours=-1),
        minutes=60,
    )

    move = timedelta(days=1, hours=-1)
    assert clocks(rows) == [
        *[moment + move for moment in clocks(planned)[2:5]],
        clocks(planned)[5] + HOUR + move,  # what was moved by itself keeps its distance
    ]
    assert clocks(fresh(planned[:2])) == clocks(planned[:2])
    assert {each.ends_at - each.starts_at for each in rows} == {HOUR}
    assert [each.sequence for each in rows] == [1, 1, 1, 2]


def test_the_following_get_what_changed_and_keep_what_is_theirs(cohort, by):
    planned = plan(cohort, by, count=3)
    classes.change_class(session=planned[2], by=by, title_en="Finale")

    classes.change_class(
        session=planned[0],
        by=by,
        following=True,
        title_en="Class",
        join_url="https://meet.example.com/b",
    )

    after = fresh(planned)
    assert [each.title_en for each in after] == ["Class", "Class", "Finale"]
    assert {each.join_url for each in after} == {"https://meet.example.com/b"}
    assert [each.sequence for each in after] == [0, 0, 1]  # a link is no news for a calendar


def test_another_zone_keeps_the_hour_on_the_wall(cohort, by):
    [session] = plan(cohort, by, count=1)

    [moved] = classes.change_class(session=session, by=by, time_zone="Asia/Shanghai")

    assert clocks([moved]) == [TUESDAY]
    assert moved.starts_at == session.starts_at - timedelta(hours=7)


def test_saving_without_a_change_writes_nothing(cohort, by):
    [session] = plan(cohort, by, count=1)
    before = cohort.course.log.count()

    classes.change_class(session=session, by=by, first=TUESDAY, minutes=90, title_en="Class")

    assert (fresh([session])[0].sequence, cohort.course.log.count()) == (0, before)


def test_a_canceled_class_stays_so_and_the_first_reason_stands(cohort, by):
    [session] = plan(cohort, by, count=1)

    assert len(classes.cancel_class(session=session, by=by, reason="ill")) == 1
    assert classes.cancel_class(session=session, by=by, reason="again") == []
    with pytest.raises(ClassCanceled):
        classes.change_class(session=session, by=by, title_en="No")

    [after] = fresh([session])
    assert (after.cancel_reason, after.sequence, after.title_en) == ("ill", 1, "Class")


def test_canceling_the_following_leaves_the_earlier(cohort, by):
    planned = plan(cohort, by, count=4)

    classes.cancel_class(session=planned[1], by=by, following=True)

    assert [each.is_canceled for each in fresh(planned)] == [False, True, True, True]


def test_a_class_moved_after_people_joined_keeps_its_attendance(cohort, by):
    [session] = plan(cohort, by, count=1)
    learner = EnrollmentFactory(cohort=cohort).user
    attendance.record_join(
        session=session, user=learner, device="a", at=session.starts_at + timedelta(minutes=1)
    )

    [moved] = classes.change_class(session=session, by=by, first=at("2036-04-08T19:00"))

    assert [row.user for row in moved.attendance.all()] == [learner]
    assert attended_counts(cohort, session.ends_at + HOUR) == {}  # not held yet
    assert attended_counts(cohort, moved.ends_at) == {learner.pk: 1}


def test_a_moved_run_takes_its_coming_classes_along_by_the_wall_clock(cohort, by):
    past = ClassSessionFactory(cohort=cohort, held=True)
    planned = plan(cohort, by, count=2)

    classes.move_upcoming(
        cohort=cohort, by=by, move=timedelta(days=28), at=datetime(2030, 1, 1, tzinfo=UTC)
    )

    assert clocks(fresh(planned)) == [moment + timedelta(days=28) for moment in clocks(planned)]
    assert [each.sequence for each in fresh([past, *planned])] == [0, 1, 1]


# At a venue


def test_a_class_at_a_venue_is_an_event_that_no_list_shows(cohort, by):
    venue = VenueFactory(chapter=cohort.course.chapter)

    [session] = plan(cohort, by, count=1, place=ClassPlace.VENUE, venue=venue)

    event = session.event
    assert (event.venue, event.start_at, event.end_at) == (
        venue,
        session.starts_at,
        session.ends_at,
    )
    assert (event.status, event.is_listed, session.join_url) == (EventStatus.PUBLISHED, False, "")
    assert event.title_en == f"{cohort.course.title_en}: Class"
    assert Event.objects.listed().count() == 0


def test_the_event_of_a_class_follows_it(cohort, by):
    venue = VenueFactory(chapter=cohort.course.chapter)
    [session] = plan(cohort, by, count=1, place=ClassPlace.VENUE, venue=venue)

    [moved] = classes.change_class(session=session, by=by, first=at("2036-03-11T18:00"))
    classes.cancel_class(session=moved, by=by, reason="ill")

    event = Event.objects.get()
    assert (event.start_at, event.sequence) == (moved.starts_at, 2)
    assert (event.status, event.cancel_reason) == (EventStatus.CANCELED, "ill")


def test_a_class_that_goes_online_leaves_its_event(cohort, by):
    venue = VenueFactory(chapter=cohort.course.chapter)
    [session] = plan(cohort, by, count=1, place=ClassPlace.VENUE, venue=venue)

    [moved] = classes.change_class(session=session, by=by, place=ClassPlace.ONLINE)

    assert (moved.event, moved.sequence) == (None, 1)
    assert Event.objects.get().status == EventStatus.CANCELED


def test_a_venue_is_needed_and_one_of_the_chapter(cohort, by):
    with pytest.raises(VenueMissing):
        plan(cohort, by, count=1, place=ClassPlace.VENUE)
    with pytest.raises(NotOfThisCourse):
        plan(cohort, by, count=1, place=ClassPlace.VENUE, venue=VenueFactory())

    assert ClassSession.objects.count() == Event.objects.count() == 0
