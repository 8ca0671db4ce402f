import icalendar
import pytest
from django.test import Client
from django.urls import reverse

from tests.courses.world import published_course
from tests.factories.classes import ClassSessionFactory
from tests.factories.courses import CourseFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def course():
    return published_course(lessons=1)


def feed(course, **headers):
    return Client(headers=headers).get(reverse("courses:course-feed", args=[course.slug]))


def test_the_feed_of_a_course_holds_its_classes_and_no_way_in(course):
    cohort = course.cohorts.get()
    coming, _held = (
        ClassSessionFactory(cohort=cohort),
        ClassSessionFactory(cohort=cohort, held=True),
    )

    response = feed(course)

    [entry] = icalendar.Calendar.from_ical(response.content).walk("VEVENT")
    assert (entry["DTSTART"].dt, entry["SEQUENCE"]) == (coming.starts_at, 0)
    assert b"meet.example.com" not in response.content
    assert b"/join/" not in response.content


def test_an_unchanged_feed_is_not_sent_again_and_a_changed_one_is(course):
    session = ClassSessionFactory(cohort=course.cohorts.get())
    etag = feed(course).headers["ETag"]
    assert feed(course, if_none_match=etag).status_code == 304

    session.sequence = 1
    session.save()

    assert feed(course, if_none_match=etag).status_code == 200


def test_a_draft_has_no_feed():
    assert feed(CourseFactory()).status_code == 404
