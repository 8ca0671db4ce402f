import pytest
from django.core import mail
from django.urls import reverse
from django.utils import timezone

from courses import jobs
from courses.errors import NotOfThisCourse
from courses.models import Announcement, AnnouncementNotice
from courses.services.announcements import announce
from tests.courses.personas import assert_only_writers, client_of
from tests.courses.test_views_classes import signed_in
from tests.courses.world import enroll, published_course
from tests.factories.accounts import UserFactory
from tests.factories.classes import AnnouncementFactory
from tests.factories.courses import CohortFactory, EnrollmentFactory

pytestmark = pytest.mark.django_db

TEXTS = {
    "title_zh_hans": "下周停课",
    "title_en": "No class",
    "body_zh_hans": "休息。",
    "body_en": "**Rest** well.",
}


@pytest.fixture
def course():
    return published_course(lessons=1)


def url(name, course, *args):
    return reverse(f"courses:{name}", args=[course.slug, *args])


def test_only_writers_announce(course):
    row = AnnouncementFactory(course=course)

    assert_only_writers(
        course,
        [
            url("announcement-desk", course),
            url("announcement-edit", course, row.public_id),
            url("announcement-remove", course, row.public_id),
        ],
    )


def test_everybody_with_a_seat_gets_it_once_in_their_language(
    course, django_capture_on_commit_callbacks
):
    for language in ("en", "zh-hans"):
        enroll(course, UserFactory(language=language))
    ended = EnrollmentFactory(
        cohort=course.cohorts.get(), status="canceled", ended_at=timezone.now()
    )
    mail.outbox.clear()

    with django_capture_on_commit_callbacks(execute=True):
        client_of("owner", course).post(url("announcement-desk", course), TEXTS)
    Announcement.objects.update(published_at=timezone.now() - jobs.GRACE * 2)
    jobs.send_announcements()

    assert [message.subject.partition(" ·")[0] for message in mail.outbox] == [
        "下周停课",
        "No class",
    ]
    assert "<strong>Rest</strong>" in mail.outbox[1].alternatives[0][0]
    assert ended.email not in [message.to[0] for message in mail.outbox]


def test_what_no_task_mailed_the_clock_does(course):
    seat = enroll(course)
    AnnouncementFactory(course=course, published_at=timezone.now())
    Announcement.objects.update(published_at=timezone.now() + jobs.GRACE)
    jobs.send_announcements()
    assert len(mail.outbox) == 0

    Announcement.objects.update(published_at=timezone.now() - jobs.GRACE * 2)
    type(seat).objects.update(granted_at=timezone.now() - jobs.GRACE * 3)
    jobs.send_announcements()

    assert [notice.email for notice in AnnouncementNotice.objects.all()] == [seat.email]


def test_who_enrolls_later_reads_it_on_the_page_and_gets_no_mail(course):
    AnnouncementFactory(course=course, published_at=timezone.now() - jobs.GRACE * 2)
    late = enroll(course)

    jobs.send_announcements()
    page = signed_in(late.user).get(url("announcement-list", course))

    assert len(mail.outbox) == 0
    assert [each.title_en for each in page.context["page"]] == ["No class next week"]


def test_a_run_hears_only_what_is_meant_for_it(course):
    other = CohortFactory(course=course, dated=True)
    AnnouncementFactory(course=course, cohort=other)
    theirs, ours = EnrollmentFactory(cohort=other), enroll(course)

    pages = [signed_in(seat.user).get(url("announcement-list", course)) for seat in (theirs, ours)]

    assert [len(page.context["page"].object_list) for page in pages] == [1, 0]
    with pytest.raises(NotOfThisCourse):
        announce(course=course, by=theirs.user, cohort=CohortFactory(), **TEXTS)


def test_without_a_seat_nothing_is_there(course):
    AnnouncementFactory(course=course)

    assert signed_in(UserFactory()).get(url("announcement-list", course)).status_code == 404


def test_mending_is_not_mailed_and_removing_takes_it_off_the_page(course):
    row, client = AnnouncementFactory(course=course), client_of("owner", course)
    seat = enroll(course)

    client.post(url("announcement-edit", course, row.public_id), TEXTS)
    row.refresh_from_db()
    assert (row.title_en, row.edited_at is None) == ("No class", False)
    client.post(url("announcement-remove", course, row.public_id))

    page = signed_in(seat.user).get(url("announcement-list", course))
    assert list(page.context["page"]) == []
    assert len(mail.outbox) == 0


@pytest.mark.parametrize("missing", ["title_en", "body_en"])
def test_title_and_text_go_together(course, missing):
    response = client_of("owner", course).post(
        url("announcement-desk", course), TEXTS | {missing: ""}
    )

    assert list(response.context["form"].errors) == [missing]
    assert Announcement.objects.count() == 0
