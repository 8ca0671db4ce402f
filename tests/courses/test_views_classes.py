"""The pages of classes: for who teaches, for who learns, and for who holds a link."""

from datetime import datetime, timedelta

import pytest
from allauth.account.models import EmailAddress
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from courses.models import Attendance, AttendanceSource, ClassJoin, ClassSession, EnrollmentStatus
from courses.queries.links import join_url
from tests.courses.personas import assert_only_writers, client_of
from tests.courses.world import published_course
from tests.factories.accounts import UserFactory
from tests.factories.classes import AttendanceFactory, ClassSessionFactory
from tests.factories.courses import CohortFactory, CourseLecturerFactory, EnrollmentFactory
from tests.factories.events import VenueFactory

pytestmark = pytest.mark.django_db

MEETING = "https://meet.example.com/room"
PLAN = {
    "title_en": "Evening",
    "first": "2036-03-04T19:00",
    "minutes": "90",
    "time_zone": "Europe/Berlin",
    "place": "online",
    "join_url": MEETING,
    "opens_before_minutes": "15",
    "is_counted": "on",
}


@pytest.fixture
def cohort():
    return CohortFactory(dated=True)


@pytest.fixture
def client(cohort):
    return client_of("lecturer of it", cohort.course)


def signed_in(user) -> Client:
    client = Client(headers={"accept-language": "en"})
    client.force_login(user)
    return client


def soon(cohort, minutes=5, **fields) -> ClassSession:
    """A class that begins in so many minutes."""
    starts_at = timezone.now() + timedelta(minutes=minutes)
    return ClassSessionFactory(cohort=cohort, starts_at=starts_at, **fields)


def desk(name, cohort, *args):
    return reverse(f"courses:{name}", args=[cohort.course.slug, *args])


def page(name, session, *args):
    return reverse(f"courses:{name}", args=[session.public_id, *args])


def link(session, seat) -> str:
    return join_url(session, seat.public_id).removeprefix(settings.SITE_URL)


# The desk


def test_only_writers_of_the_course_plan(cohort):
    session = ClassSessionFactory(cohort=cohort)
    row = AttendanceFactory(session=session)

    assert_only_writers(
        cohort.course,
        [
            desk("class-list", cohort),
            desk("class-create", cohort, cohort.public_id),
            desk("class-edit", cohort, session.public_id),
            desk("class-cancel", cohort, session.public_id),
            desk("class-attendance", cohort, session.public_id),
            desk("attendance-withdraw", cohort, session.public_id, row.pk),
        ],
    )


def test_what_belongs_to_another_course_is_not_there(cohort, client):
    other = AttendanceFactory()

    for name, args in (
        ("class-create", [other.session.cohort.public_id]),
        ("class-edit", [other.session.public_id]),
        ("class-cancel", [other.session.public_id]),
        ("class-attendance", [other.session.public_id]),
        ("attendance-withdraw", [other.session.public_id, other.pk]),
        ("attendance-withdraw", [ClassSessionFactory(cohort=cohort).public_id, other.pk]),
    ):
        assert client.post(desk(name, cohort, *args), PLAN).status_code == 404


def test_a_lecturer_plans_one_class_or_many(cohort, client):
    url = desk("class-create", cohort, cohort.public_id)

    client.post(url, PLAN)
    many = {"repeats": "weekly", "weekdays": ["3"], "count": "4", "title_en": "Twice a week"}
    response = client.post(url, PLAN | many)

    assert response.headers["Location"] == desk("class-list", cohort)
    rules = [each.series and each.series.rule for each in ClassSession.objects.all()]
    assert rules.count(None) == 1
    assert rules.count("FREQ=WEEKLY;INTERVAL=1;BYDAY=TU,TH;COUNT=4") == 4
    first = ClassSession.objects.order_by("starts_at").first()
    assert first.starts_at.isoformat() == "2036-03-04T18:00:00+00:00"


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"title_en": ""}, "title_zh_hans"),
        ({"first": ""}, "first"),
        ({"first": "1066-10-14T09:00"}, "first"),
        ({"minutes": "0"}, "minutes"),
        ({"time_zone": "Europe/Atlantis"}, "time_zone"),
        ({"join_url": "http://meet.example.com/a"}, "join_url"),
        ({"join_url": "javascript:alert(1)"}, "join_url"),
        ({"place": "venue"}, "venue"),
        ({"repeats": "weekly"}, "count"),
        ({"repeats": "weekly", "count": "3", "until": "2036-05-01"}, "count"),
        ({"repeats": "daily", "until": "2036-03-01"}, "until"),
        ({"repeats": "daily", "until": "2044-03-01"}, "count"),
        ({"repeats": "never", "count": "3"}, "repeats"),
    ],
)
def test_what_is_wrong_is_said_at_its_field(cohort, client, change, field):
    response = client.post(desk("class-create", cohort, cohort.public_id), PLAN | change)

    assert list(response.context["form"].errors) == [field]
    assert ClassSession.objects.count() == 0


def test_an_hour_that_the_readers_own_clock_skips_can_be_planned(cohort, client):
    """Half past two on that night is not there in Berlin, and an ordinary time in Shanghai."""
    typed = PLAN | {"first": "2036-03-30T02:30", "time_zone": "Asia/Shanghai"}

    with timezone.override("Europe/Berlin"):
        client.post(desk("class-create", cohort, cohort.public_id), typed)

    assert ClassSession.objects.get().starts_at.isoformat() == "2036-03-29T18:30:00+00:00"


def test_a_lecturer_moves_this_and_the_following(cohort, client):
    many = {"repeats": "weekly", "count": "3"}
    client.post(desk("class-create", cohort, cohort.public_id), PLAN | many)
    _first, second, _third = ClassSession.objects.all()

    moved = PLAN | {"first": "2036-03-12T20:00", "scope": "following"}
    client.post(desk("class-edit", cohort, second.public_id), moved)

    hours = [f"{each.starts_at:%d %H}" for each in ClassSession.objects.all()]
    assert hours == ["04 18", "12 19", "19 19"]


def test_a_lecturer_plans_at_a_venue_of_the_chapter_only(cohort, client):
    mine, foreign = VenueFactory(chapter=cohort.course.chapter), VenueFactory()
    url = desk("class-create", cohort, cohort.public_id)

    refused = client.post(url, PLAN | {"place": "venue", "venue": foreign.pk})
    client.post(url, PLAN | {"place": "venue", "venue": mine.pk})

    assert list(refused.context["form"].errors) == ["venue"]
    assert ClassSession.objects.get().event.venue == mine


def test_a_lecturer_cancels_with_a_reason(cohort, client):
    session = ClassSessionFactory(cohort=cohort)

    client.get(desk("class-cancel", cohort, session.public_id))
    client.post(desk("class-cancel", cohort, session.public_id), {"reason": "ill"})

    session.refresh_from_db()
    assert (session.is_canceled, session.cancel_reason) == (True, "ill")


def test_the_list_of_classes_costs_the_same_whatever_is_in_it(cohort, client):
    counts = []
    for _ in range(2):
        session = ClassSessionFactory(cohort=cohort)
        AttendanceFactory(session=session)
        ClassSessionFactory(cohort=CohortFactory(course=cohort.course, dated=True), held=True)
        with CaptureQueriesContext(connection) as queries:
            client.get(desk("class-list", cohort))
        counts.append(len(queries))

    assert counts == [5, 5]


def test_attendance_is_one_table_whatever_its_source(cohort, client):
    session = ClassSessionFactory(cohort=cohort, held=True)
    both, nobody = EnrollmentFactory(cohort=cohort), EnrollmentFactory(cohort=cohort)
    former = AttendanceFactory(session=session, source=AttendanceSource.DOOR).user
    for source in (AttendanceSource.JOIN, AttendanceSource.HAND):
        AttendanceFactory(session=session, user=both.user, source=source)
    for device in ("a", "b"):
        ClassJoin.objects.create(session=session, user=both.user, device=device, count=2)

    response = client.get(desk("class-attendance", cohort, session.public_id))

    found = {
        one.learner.user: (one.is_there, len(one.rows), one.joins, one.devices)
        for one in response.context["page"]
    }
    assert found == {
        both.user.pk: (True, 2, 4, 2),
        nobody.user.pk: (False, 0, 0, 0),
        former.pk: (True, 1, 0, 0),
    }
    assert (response.context["there"], response.context["all"]) == (2, 3)


def test_attendance_costs_the_same_for_one_learner_and_for_three(cohort, client):
    session = ClassSessionFactory(cohort=cohort, held=True)
    counts = []
    for _ in range(2):
        AttendanceFactory(session=session, user=EnrollmentFactory(cohort=cohort).user)
        EnrollmentFactory(cohort=cohort, user=None, email=f"guest{len(counts)}@example.com")
        with CaptureQueriesContext(connection) as queries:
            client.get(desk("class-attendance", cohort, session.public_id))
        counts.append(len(queries))

    assert counts == [8, 8]


def test_a_lecturer_marks_by_hand_and_takes_back(cohort, client):
    session = ClassSessionFactory(cohort=cohort, held=True)
    learner = EnrollmentFactory(cohort=cohort).user
    url = desk("class-attendance", cohort, session.public_id)

    for _ in range(2):
        client.post(url, {"present": learner.pk})
    row = Attendance.objects.get()
    client.post(desk("attendance-withdraw", cohort, session.public_id, row.pk))
    client.post(url, {"present": learner.pk})

    rows = Attendance.objects.order_by("pk")
    assert [(each.source, each.withdrawn_at is None) for each in rows] == [
        ("hand", False),
        ("hand", True),
    ]


def test_nobody_without_a_seat_is_marked(cohort, client):
    session = ClassSessionFactory(cohort=cohort, held=True)
    url = desk("class-attendance", cohort, session.public_id)

    assert client.post(url, {"present": UserFactory().pk}).status_code == 302
    assert client.post(url, {"present": "²"}).status_code == 404
    assert client.post(url, {"present": ""}).status_code == 404

    assert Attendance.objects.count() == 0


def test_a_lecturer_who_was_removed_loses_the_desk_and_the_classes_stay(cohort):
    lecturer = CourseLecturerFactory(course=cohort.course)
    client = signed_in(lecturer.user)
    client.post(desk("class-create", cohort, cohort.public_id), PLAN)
    session = ClassSession.objects.get()

    lecturer.delete()

    assert client.get(desk("class-edit", cohort, session.public_id)).status_code == 404
    assert client.get(page("class-detail", session)).status_code == 404
    learner = signed_in(EnrollmentFactory(cohort=cohort).user)
    assert learner.get(page("class-detail", session)).status_code == 200


def test_a_run_that_is_moved_takes_its_coming_classes_along_if_asked(cohort, client):
    session = ClassSessionFactory(cohort=cohort)
    moved = {
        "name_en": "Spring",
        "start_at": "2036-03-17T20:00",  # two weeks and an hour later
        "time_zone": "Asia/Shanghai",
    }

    client.post(desk("cohort-edit", cohort, cohort.public_id), moved)
    session.refresh_from_db()
    assert session.starts_at.isoformat() == "2036-03-03T11:00:00+00:00"
    client.post(
        desk("cohort-edit", cohort, cohort.public_id),
        moved | {"start_at": "2036-03-18T21:00", "moves_classes": "on"},
    )

    session.refresh_from_db()
    assert session.starts_at.isoformat() == "2036-03-04T12:00:00+00:00"
    assert session.sequence == 1


# Learners


def test_a_class_is_there_for_its_run_and_its_staff_only(cohort):
    session = ClassSessionFactory(cohort=cohort)
    ended = EnrollmentFactory(
        cohort=cohort, status=EnrollmentStatus.CANCELED, ended_at=timezone.now()
    )
    other_run = EnrollmentFactory(cohort=CohortFactory(course=cohort.course, dated=True))
    outsiders = [ended.user, other_run.user, UserFactory()]

    for name in ("class-detail", "class-join"):
        assert Client().get(page(name, session)).status_code == 302
        for user in outsiders:
            assert signed_in(user).get(page(name, session)).status_code == 404


def test_late_enrollees_see_the_later_classes():
    cohort = published_course(lessons=1).cohorts.get()
    ClassSessionFactory(cohort=cohort, held=True)
    coming = ClassSessionFactory.create_batch(2, cohort=cohort)

    late = signed_in(EnrollmentFactory(cohort=cohort).user)
    response = late.get(reverse("courses:my-classes", args=[cohort.course.slug]))

    [run] = response.context["runs"]
    assert run.coming == coming
    assert len(run.past) == 1


def test_classes_of_a_course_are_not_there_without_a_seat():
    course = published_course(lessons=1)
    url = reverse("courses:my-classes", args=[course.slug])

    assert signed_in(UserFactory()).get(url).status_code == 404
    assert client_of("owner", course).get(url).headers["Location"].endswith("/desk/classes/")


def test_joining_in_the_window_goes_to_the_meeting_and_is_noted_once(cohort):
    session = soon(cohort)
    client = signed_in(EnrollmentFactory(cohort=cohort).user)

    for _ in range(3):
        response = client.get(page("class-join", session))

    assert response.headers["Location"] == MEETING
    assert [row.source for row in Attendance.objects.all()] == [AttendanceSource.JOIN]
    assert [join.count for join in ClassJoin.objects.all()] == [3]


@pytest.mark.parametrize(
    "when",
    [
        {"minutes": 16},
        {"minutes": -91},
        {"minutes": 5, "canceled_at": timezone.now()},
        {"minutes": 5, "join_url": ""},
        {"minutes": 5, "opens_before_minutes": 0},
    ],
)
def test_outside_the_window_nobody_is_let_in_and_nothing_is_noted(cohort, when):
    session = soon(cohort, **when)
    seat = EnrollmentFactory(cohort=cohort)

    for refused in (
        signed_in(seat.user).get(page("class-join", session)),
        Client().post(link(session, seat)),
    ):
        assert refused.status_code == 409
        assert refused.context["refusal"]
        assert MEETING not in refused.content.decode()

    assert Attendance.objects.count() == ClassJoin.objects.count() == 0


def test_the_meeting_stands_on_no_page_of_a_learner(cohort):
    session = soon(cohort)
    client = signed_in(EnrollmentFactory(cohort=cohort).user)

    assert MEETING not in client.get(page("class-detail", session)).content.decode()


def test_staff_looks_in_without_being_counted(cohort, client):
    session = soon(cohort)

    assert client.get(page("class-join", session)).headers["Location"] == MEETING

    assert Attendance.objects.count() == ClassJoin.objects.count() == 0


# The link in the mail


def test_the_link_of_a_mail_needs_no_signing_in_and_asks_before_it_counts(cohort):
    session, seat = soon(cohort), EnrollmentFactory(cohort=cohort)
    client = Client()

    asked = client.get(link(session, seat))  # also what looks through mails does this
    assert (asked.status_code, Attendance.objects.count()) == (200, 0)
    joined = client.post(link(session, seat))

    assert joined.headers["Location"] == MEETING
    assert "https:" in asked.headers["Content-Security-Policy"]
    assert [row.user for row in Attendance.objects.all()] == [seat.user]


def test_a_link_passed_to_a_friend_is_seen_by_the_lecturer(cohort, client):
    session, seat = soon(cohort), EnrollmentFactory(cohort=cohort)

    for friend in (Client(), Client(), Client()):
        friend.post(link(session, seat))
    response = client.get(desk("class-attendance", cohort, session.public_id))

    [one] = response.context["page"]
    assert (one.joins, one.devices, len(one.rows)) == (3, 3, 1)


def test_a_link_ends_with_its_seat_and_opens_no_other_class(cohort):
    session, other, seat = soon(cohort), soon(cohort), EnrollmentFactory(cohort=cohort)
    mine = link(session, seat)

    forged = mine.replace(seat.public_id, EnrollmentFactory(cohort=cohort).public_id)
    moved = mine.replace(session.public_id, other.public_id)
    assert [Client().post(url).status_code for url in (forged, moved)] == [404, 404]
    seat.status, seat.ended_at = EnrollmentStatus.CANCELED, timezone.now()
    seat.save()

    assert Client().post(mine).status_code == 404
    assert Attendance.objects.count() == 0


def test_the_seat_of_an_address_joins_once_somebody_has_proven_it(cohort):
    session = soon(cohort)
    seat = EnrollmentFactory(cohort=cohort, user=None, email="lin@example.com")

    asked = Client().get(link(session, seat))
    assert asked.headers["Location"].startswith("/accounts/login/")
    user = UserFactory()
    EmailAddress.objects.create(user=user, email="Lin@example.com", verified=True)
    Client().post(link(session, seat))

    assert [row.user for row in Attendance.objects.all()] == [user]


def test_when_is_typed_by_the_clock_of_the_class(cohort, client):
    session = ClassSessionFactory(cohort=cohort, time_zone="America/New_York")

    form = client.get(desk("class-edit", cohort, session.public_id)).context["form"]

    assert form.initial["first"] == datetime.fromisoformat("2036-03-03T06:00")
