"""The reading page: what learners, strangers and lecturers see of a lesson."""

from datetime import UTC, datetime

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from courses.models import (
    CourseProgress,
    Enrollment,
    Lesson,
    LessonCompletion,
    LessonDraft,
    LessonProgress,
    LessonVersion,
    MaterialKind,
    ReleaseRule,
)
from courses.services import desk, enrolling
from tests.courses.work import published_quiz
from tests.courses.world import add_lesson, complete, enroll, lesson_of, publish, published_course
from tests.factories.accounts import UserFactory
from tests.factories.courses import (
    BlobFactory,
    CohortFactory,
    CourseFactory,
    CourseLecturerFactory,
    EnrollmentFactory,
    LessonDraftFactory,
    LessonFactory,
    MaterialFactory,
    ModuleFactory,
    QuestionFactory,
)
from tests.factories.work import AssignmentFactory

pytestmark = pytest.mark.django_db

LATER = datetime(2036, 3, 3, 11, 0, tzinfo=UTC)


@pytest.fixture
def course():
    return published_course(3)


@pytest.fixture
def learner(course, client):
    user = enroll(course).user
    client.force_login(user)
    return user


def url(course, number=1, name="lesson-detail"):
    return reverse(f"courses:{name}", args=[course.slug, f"lesson-{number}"])


def read(client, course, number=1, **query):
    return client.get(url(course, number), query, headers={"accept-language": "en"})


def page(response):
    return response.content.decode()


def course_of_one(**fields):
    """A published course whose lesson 2 has `fields`, and somebody enrolled in it."""
    course = CourseFactory()
    add_lesson(course, 1)
    add_lesson(course, 2, **fields)
    publish(course)
    CohortFactory(course=course)
    return course, enroll(course).user


def test_a_learner_reads_and_goes_on(client, course, learner):
    text = page(read(client, course, 2))

    assert "<p>Text 2 en.</p>" in text
    assert f'<link rel="prev" href="{url(course, 1)}">' in text
    assert f'<link rel="next" href="{url(course, 3)}">' in text
    assert "Lesson 2 of 3" in text


def test_opening_a_lesson_is_remembered_and_keeps_the_place(client, course, learner):
    read(client, course)
    client.post(url(course, name="lesson-progress"), {"position": 420, "video_seconds": 61})
    before = LessonProgress.objects.get()
    text = page(read(client, course))

    after = LessonProgress.objects.get()
    assert (after.user, after.position, after.video_seconds) == (learner, 420, 61)
    assert after.updated_at > before.updated_at
    assert 'data-position="420"' in text


@pytest.mark.parametrize("body", [{"position": "1001"}, {"position": "x"}, {"video_seconds": "-1"}])
def test_a_place_that_makes_no_sense_is_refused(client, course, learner, body):
    assert client.post(url(course, name="lesson-progress"), body).status_code == 400
    assert not LessonProgress.objects.exists()


def test_a_lesson_is_read_in_either_language_and_progress_is_one(client, course, learner):
    english = page(read(client, course))
    chinese = page(read(client, course, language="zh-hans"))

    assert ("Text 1 en." in english, "Text 1 zh-hans." in chinese) == (True, True)
    assert 'lang="zh-Hans">第1课</h1>' in chinese
    assert f'href="{url(course, 2)}?language=zh-hans"' in chinese
    client.post(url(course, name="lesson-complete"), {"language": "zh-hans"})
    assert LessonCompletion.objects.get().version.language == "zh-hans"
    assert "You completed this lesson." in page(read(client, course))


def test_a_lesson_without_a_text_in_the_language_falls_back_and_says_so(client):
    course, user = course_of_one(languages=("zh-hans",))
    client.force_login(user)

    text = page(read(client, course, 2))

    assert "There is no English text of this lesson yet" in text
    assert "Text 2 zh-hans." in text
    assert "There is no" not in page(read(client, course, 1))


def test_completing_leads_to_the_next_lesson_and_counts_once(client, course, learner):
    for _ in range(2):
        answer = client.post(url(course, 1, "lesson-complete"))
        assert (answer.status_code, answer["Location"]) == (302, url(course, 2))
    last = client.post(url(course, 3, "lesson-complete"))

    assert last["Location"] == url(course, 3)
    assert LessonCompletion.objects.count() == 2
    assert CourseProgress.objects.get().percent == 66


def test_a_stale_draft_never_shows(client, course, learner):
    draft = lesson_of(course, 1).drafts.get(language="en")
    desk.save_draft(
        lesson=draft.lesson,
        language="en",
        by=None,
        title="New",
        body="New words",
        revision=draft.revision,
    )
    add_lesson(course, 9)

    assert "New words" not in page(read(client, course))
    assert read(client, course, 9).status_code == 404
    publish(course)
    assert "New words" in page(read(client, course))


def test_a_deleted_lesson_is_gone_with_the_next_publication(client, course, learner):
    desk.delete_lesson(lesson=lesson_of(course, 2))
    assert read(client, course, 2).status_code == 200

    publish(course)
    assert read(client, course, 2).status_code == 404


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        (
            {"release": ReleaseRule.ON_DATE, "release_at": LATER},
            ["This lesson opens", "3 Mar 2036 19:00", "Asia/Shanghai (UTC+8)", "each on its day"],
        ),
        (
            {"release": ReleaseRule.AFTER_ENROLLMENT, "release_days": 7},
            ["This lesson opens", "It opens 7 days after you enrolled."],
        ),
        (
            {"release": ReleaseRule.AFTER_START, "release_days": 1},
            ["This lesson opens", "It opens 1 day after the course starts."],
        ),
    ],
)
def test_a_lesson_before_its_release_says_when_and_why_and_nothing_else(client, fields, words):
    course, user = course_of_one(**fields)
    user.time_zone = "Asia/Shanghai"
    user.save()
    client.force_login(user)

    answer = read(client, course, 2)
    text = page(answer)

    assert answer.status_code == 403
    assert [word for word in words if word not in text] == []
    assert "Text 2" not in text
    assert client.post(url(course, 2, "lesson-complete")).status_code == 404
    assert client.post(url(course, 2, "lesson-progress"), {"position": 1}).status_code == 404
    assert not LessonProgress.objects.exists()


def test_a_lesson_that_needs_another_names_it(client):
    course = CourseFactory()
    first = add_lesson(course, 1)
    add_lesson(course, 2, prerequisites=[first])
    publish(course)
    CohortFactory(course=course)
    user = enroll(course).user
    client.force_login(user)

    locked = read(client, course, 2)
    assert locked.status_code == 403
    assert "This lesson opens when you have completed:" in page(locked)
    complete(user, first)
    assert read(client, course, 2).status_code == 200


def test_strangers_read_previews_and_are_told_of_the_rest(client):
    course, _user = course_of_one(is_preview=True)

    preview, closed = read(client, course, 2), read(client, course, 1)

    assert (preview.status_code, closed.status_code) == (200, 403)
    assert "This lesson is free to read." in page(preview)
    assert "This lesson is for those who take the course." in page(closed)
    assert "Text 1" not in page(closed)
    assert f"/accounts/login/?next={url(course, 1)}".replace("/", "%2F") in page(closed).replace(
        "/accounts/login/?next=", "%2Faccounts%2Flogin%2F?next="
    )
    assert not LessonProgress.objects.exists()


def test_a_seat_that_ended_closes_the_lessons_and_keeps_the_work(client, course, learner):
    complete(learner, lesson_of(course, 1))
    enrolling.end_seat(enrollment=learner.enrollments.get())

    assert read(client, course, 1).status_code == 403
    assert LessonCompletion.objects.count() == 1
    enroll(course, learner)
    assert "33 %" in page(read(client, course, 1))


def test_a_course_that_is_not_published_is_not_there(client):
    course = CourseFactory()
    add_lesson(course, 1)
    client.force_login(UserFactory())

    assert read(client, course).status_code == 404


def test_lecturers_see_a_draft_as_learners_would(client, course):
    lecturer = CourseLecturerFactory(course=course).user
    draft = lesson_of(course, 1).drafts.get(language="en")
    desk.save_draft(
        lesson=draft.lesson,
        language="en",
        by=None,
        title="New",
        body="New words",
        revision=draft.revision,
    )
    stranger = Client()
    stranger.force_login(enroll(course).user)

    client.force_login(lecturer)
    text = page(client.get(url(course, name="lesson-draft"), {"language": "en"}))

    assert "<p>New words</p>" in text
    assert "A draft, as learners would see it" in text
    assert f'href="{url(course, 2, "lesson-draft")}?language=en"' in text
    assert stranger.get(url(course, name="lesson-draft")).status_code == 404


def test_files_pictures_and_other_lessons_are_found_by_name(client):
    course = CourseFactory()
    body = "![Plan](the%20plan.png) [slides](slides.pdf) [on](../lesson-2/#part) [no](gone.pdf)"
    lesson = add_lesson(course, 1)
    draft = lesson.drafts.get(language="en")
    desk.save_draft(
        lesson=lesson, language="en", by=None, title="One", body=body, revision=draft.revision
    )
    MaterialFactory(lesson=lesson, name="the plan.png", kind=MaterialKind.IMAGE)
    MaterialFactory(
        lesson=lesson, name="slides.pdf", title="The slides", blob=BlobFactory(size=2048)
    )
    add_lesson(course, 2)
    publish(course)
    CohortFactory(course=course)
    client.force_login(enroll(course).user)

    text = page(read(client, course))

    published = {m.name: m for m in lesson.materials.filter(version__language="en")}
    addresses = {
        name: reverse("courses:material-file", args=[course.slug, m.public_id, name])
        for name, m in published.items()
    }
    assert f'<img src="{addresses["the plan.png"]}" alt="Plan"' in text
    assert text.count(addresses["the plan.png"]) == 1
    assert f'<a href="{addresses["slides.pdf"]}" rel=' in text
    assert f'<a href="{addresses["slides.pdf"]}">The slides</a>' in text
    assert "PDF · 2.0\xa0KB" in text
    assert f'<a href="{url(course, 2)}#t-part"' in text
    assert '<span class="missing" title="This leads nowhere yet">no</span>' in text


def test_a_video_has_captions_in_every_language_and_goes_on(client):
    course = CourseFactory()
    lesson = add_lesson(course, 1)
    video = MaterialFactory(
        lesson=lesson, name="talk.webm", kind=MaterialKind.VIDEO, blob__media_type="video/webm"
    )
    for language in ("zh-hans", "en"):
        MaterialFactory(
            lesson=lesson,
            name=f"talk.{language}.vtt",
            language=language,
            kind=MaterialKind.CAPTIONS,
            captions_of=video,
        )
    publish(course)
    CohortFactory(course=course)
    client.force_login(enroll(course).user)
    client.post(url(course, name="lesson-progress"), {"video_seconds": 75})

    text = page(read(client, course))

    assert text.count('<track kind="captions"') == 2
    assert (
        'srclang="zh-Hans" label="中文"' in text,
        'srclang="en" label="English"' in text,
    ) == (
        True,
        True,
    )
    assert "talk.webm#t=75" in text


def test_frames_of_three_hosts_only_and_no_style_or_script_in_the_text(client, course, learner):
    policy = read(client, course)["Content-Security-Policy"]

    frames = next(part for part in policy.split("; ") if part.startswith("frame-src"))
    assert sorted(frames.split()[1:]) == [
        "https://player.bilibili.com",
        "https://player.vimeo.com",
        "https://www.youtube-nocookie.com",
    ]
    assert "unsafe" not in policy


def crowd(course, learners):
    users = User.objects.bulk_create(User(email=f"learner{n}@example.com") for n in range(learners))
    cohort = course.cohorts.get()
    Enrollment.objects.bulk_create(
        EnrollmentFactory.build(cohort=cohort, user=user, email=user.email) for user in users
    )


def long_course(lessons):
    course = CourseFactory()
    module = ModuleFactory(course=course)
    rows = Lesson.objects.bulk_create(
        LessonFactory.build(course=course, module=module, slug=f"lesson-{n}", drafts=())
        for n in range(1, lessons + 1)
    )
    LessonDraft.objects.bulk_create(
        LessonDraftFactory.build(lesson=row, language=language)
        for row in rows
        for language in ("zh-hans", "en")
    )
    publish(course)
    CohortFactory(course=course)
    return course


@pytest.mark.parametrize(("lessons", "learners"), [(1, 1), (3, 3), (500, 5_000)])
def test_queries_do_not_grow_with_the_course(client, django_assert_num_queries, lessons, learners):
    course = long_course(lessons)
    crowd(course, learners)
    user = enroll(course).user
    LessonCompletion.objects.bulk_create(
        LessonCompletion(user=user, lesson_id=version.lesson_id, version=version)
        for version in LessonVersion.objects.filter(language="en")[1:]
    )
    client.force_login(user)
    read(client, course)

    with django_assert_num_queries(7):
        assert read(client, course).status_code == 200


@pytest.mark.parametrize("rows", [1, 3])
def test_what_stands_beside_a_lesson_costs_the_same_for_many(
    client, django_assert_num_queries, rows
):
    course = long_course(1)
    [lesson] = course.lessons.all()
    QuestionFactory.create_batch(rows, lesson=lesson, course=course)
    AssignmentFactory.create_batch(rows, lesson=lesson, course=course)
    for _number in range(rows):
        published_quiz(course, lesson=lesson)
    client.force_login(enroll(course).user)
    read(client, course)

    with django_assert_num_queries(13):
        assert read(client, course).status_code == 200
