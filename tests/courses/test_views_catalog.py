from datetime import timedelta

import pytest
from django.core import mail
from django.utils import timezone

from courses.models import Course, CourseInvitation, Enrollment
from courses.services import courses, desk, enrolling
from tests.courses.shop import offer_of, order_seats, priced_course
from tests.courses.world import complete, enroll, lesson_of, publish, published_course
from tests.factories.accounts import UserFactory
from tests.factories.courses import CourseFactory, CourseLecturerFactory, EnrollmentFactory

pytestmark = pytest.mark.django_db


def titles(client, query=""):
    page = client.get(f"/courses/{query}").context["page"]
    return [course.title_en for course in page.object_list]


def test_catalog_is_narrowed_by_words_level_language_price_and_chapter(client):
    zk = published_course(1, title_zh_hans="零知识证明入门", title_en="ZK", level="advanced")
    paid = priced_course(1, title_en="Rust")
    CourseFactory(title_en="Draft")
    courses.archive_course(course=published_course(1, title_en="Old"), by=None)
    Course.objects.filter(pk=paid.pk).update(languages=["en"])

    assert titles(client) == ["Rust", "ZK"]
    for query in ("?search=知识证明", "?level=advanced", "?price=free", "?language=zh-hans"):
        assert titles(client, query) == ["ZK"], query
    assert titles(client, f"?chapter={zk.chapter.slug}") == ["ZK"]
    assert titles(client, "?price=paid") == ["Rust"]
    assert titles(client, "?level=nonsense&search=lesson") == ["Rust", "ZK"]
    assert "Nothing matches" in client.get("/courses/?search=unheard").content.decode()


def test_catalog_costs_the_same_for_many(client, django_assert_num_queries):
    for courses_more in (1, 2):
        for _ in range(courses_more):
            published_course(1)
        with django_assert_num_queries(3):
            client.get("/courses/")


@pytest.mark.parametrize("lessons", [2, 60])
def test_course_page_costs_the_same_for_many_lessons_and_learners(
    client, lessons, django_assert_max_num_queries
):
    course = priced_course(lessons, seats=40)
    for _ in range(lessons // 2):
        EnrollmentFactory(cohort=course.cohorts.get())
    user = enroll(course).user
    complete(user, lesson_of(course, 1))
    client.force_login(user)

    with django_assert_max_num_queries(8):
        response = client.get(course.get_absolute_url())

    assert response.content.decode().count('class="outline-lesson"') == lessons


def test_outline_shows_what_is_open(client):
    course = published_course(4)
    desk.update_lesson(lesson=lesson_of(course, 1), is_preview=True)
    desk.update_lesson(lesson=lesson_of(course, 2), release="after_enrollment", release_days=7)
    desk.update_lesson(lesson=lesson_of(course, 3), prerequisites=[lesson_of(course, 4)])
    publish(course)

    stranger = client.get(course.get_absolute_url()).content.decode()
    client.force_login(enroll(course).user)
    learner = client.get(course.get_absolute_url()).content.decode()

    assert stranger.count('data-state="locked"') == 3
    assert "free preview" in stranger
    assert learner.count('data-state="locked"') == 2
    assert "after “Lesson 4”" in learner


def test_draft_is_for_who_writes_it_and_archive_for_who_learns(client):
    draft, lecturer = CourseFactory(), None
    lecturer = CourseLecturerFactory(course=draft).user
    old = published_course(1)
    learner = enroll(old).user
    courses.archive_course(course=old, by=None)

    def statuses(user):
        client.force_login(user)
        return [client.get(course.get_absolute_url()).status_code for course in (draft, old)]

    assert statuses(lecturer) == [200, 404]
    assert statuses(learner) == [404, 200]
    assert statuses(UserFactory()) == [404, 404]


def test_start_leads_to_where_the_learner_left_off(client):
    course = published_course(3)
    start = f"/courses/{course.slug}/start/"
    assert client.get(start)["Location"] == f"/accounts/login/?next={start}"
    client.force_login(UserFactory())
    assert client.get(start)["Location"] == course.get_absolute_url()
    user = enroll(course).user
    client.force_login(user)
    complete(user, lesson_of(course, 1))

    assert client.get(start)["Location"] == f"/courses/{course.slug}/lessons/lesson-2/"


def test_my_page_shows_what_i_learn(client, django_assert_max_num_queries):
    course = published_course(2, title_en="Zero knowledge")
    user = UserFactory(email="lin@example.com")
    user.emailaddress_set.create(email="lin@example.com", verified=True)
    order_seats(course)
    complete(user, lesson_of(course, 1))
    client.force_login(user)

    with django_assert_max_num_queries(11):
        page = client.get("/my/tickets/").content.decode()

    assert "Zero knowledge" in page
    assert 'value="50"' in page
    assert "Next: Lesson 2" in page


def test_invitation_gives_a_seat_once(client, django_capture_on_commit_callbacks):
    course = published_course(1)
    with django_capture_on_commit_callbacks(execute=True):
        invitation = enrolling.invite(
            cohort=course.cohorts.get(), email="Mei@example.com", language="en", by=UserFactory()
        )
    path = f"/courses/invitations/{invitation.token}/"
    assert path in mail.outbox[0].body
    assert client.get(path)["Location"].startswith("/accounts/login/")
    user = UserFactory()
    client.force_login(user)

    assert client.get(path).status_code == 200
    client.post(path)
    client.post(path)
    client.force_login(UserFactory())

    assert client.get(path).status_code == 410
    client.post(path)
    assert [seat.user for seat in Enrollment.objects.all()] == [user]
    assert course.cohorts.get().taken == 1


def test_invitation_too_old_gives_nothing(client):
    course = published_course(1)
    invitation = enrolling.invite(
        cohort=course.cohorts.get(), email="mei@example.com", language="en", by=UserFactory()
    )
    CourseInvitation.objects.update(expires_at=timezone.now() - timedelta(days=1))
    client.force_login(UserFactory())

    client.post(f"/courses/invitations/{invitation.token}/")

    assert not Enrollment.objects.exists()


def test_hidden_offer_shows_by_its_link(client):
    course = priced_course()
    offer = offer_of(course)
    offer.is_public = False
    offer.save(update_fields=["is_public"])

    assert client.get(course.get_absolute_url()).context["offers"] == []
    shown = client.get(f"{course.get_absolute_url()}?show={offer.public_id}").context["offers"]
    assert [each.offer for each in shown] == [offer]
