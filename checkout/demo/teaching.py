"""A sample course that is taught live: classes, work, a quiz, questions, a certificate's rule."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

from allauth.account.models import EmailAddress
from django.db import transaction

from accounts.models import User
from checkout.demo import plans
from checkout.demo.courses import complete
from checkout.demo.people import ATTENDEE
from checkout.demo.plans import in_both
from courses.models import (
    Announcement,
    AnnouncementNotice,
    Certificate,
    ClassPlace,
    ClassSession,
    Cohort,
    Course,
    CourseLecturer,
    CourseProgress,
    Enrollment,
    Feedback,
    FeedbackVerdict,
    Lesson,
    LessonCompletion,
    LessonProgress,
    Question,
    Quiz,
    QuizQuestion,
    Reply,
)
from courses.queries.outline import published_outline
from courses.services import (
    announcement_notices,
    announcements,
    assignments,
    attendance,
    certificates,
    class_notices,
    classes,
    handing_in,
    learning,
    questions,
    quizzes,
    taking,
)
from courses.services.handing_in import Place
from events.models import Venue

Row = dict[str, Any]
MEETING = "https://meet.example.com/reading-group"


def teach_courses(now: datetime) -> None:
    """Once: a course that has classes is left as it is. Nobody is mailed of what is past."""
    plan = plans.read("teaching")
    course = Course.objects.get(slug=plan["course"])
    if ClassSession.objects.filter(cohort__course=course).exists():
        return
    chance = Random(course.slug)  # noqa: S311  a story, no secret
    by = CourseLecturer.objects.filter(course=course).earliest("pk").user
    cohort = course.cohorts.earliest("pk")
    cohort.course = course
    people = _people(cohort, plan["learners"])
    _learn(people, course, chance, now)
    _meet(plan, cohort, by, people, chance, now)
    _work(plan["assignment"], cohort, by, people, now)
    _quiz(plan["quiz"], cohort, by, people, chance, now)
    _talk(plan, cohort, by, people, now)
    certificates.publish_rule(
        course=course,
        by=by,
        is_giving=True,
        lessons_percent=100,
        min_attendance_percent=50,
        needs_accepted_work=True,
        needs_quizzes=True,
    )
    certificates.issue_due(course=course)
    _plan_run(plan["run"], now)
    _nothing_owed(now)


def _people(cohort: Cohort, count: int) -> list[User]:
    """The attendee first; accounts for others who have a seat, without a password."""
    seats = Enrollment.objects.filter(cohort=cohort).giving_access().order_by("pk")
    people = [_account(seat) for seat in seats[:count]]
    return sorted(people, key=lambda user: user.email != ATTENDEE)


@transaction.atomic
def _account(seat: Enrollment) -> User:
    user = User.objects.filter(email=seat.email).first()
    if user is None:
        user = User.objects.create_user(seat.email, name=seat.name)
        EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    learning.claim_seats(user=user)
    return user


def _learn(people: Sequence[User], course: Course, chance: Random, now: datetime) -> None:
    """Most begin, fewer end; the attendee has their own pace."""
    course.refresh_from_db()
    outline = published_outline(course)
    lessons = outline.lessons if outline else []
    for user in people[1:]:
        reached = min(len(lessons), int(chance.triangular(0, len(lessons) + 1.6, len(lessons))))
        for lesson in lessons[:reached]:
            complete(user, lesson)
        if reached < len(lessons) and chance.random() < 0.6:
            row = Lesson.objects.get(pk=lessons[reached].pk)
            learning.save_position(user=user, lesson=row, position=chance.randint(80, 700))
        at = now - timedelta(days=chance.uniform(0, 24))
        LessonProgress.objects.filter(user=user).update(updated_at=at)
        LessonCompletion.objects.filter(user=user).update(completed_at=at)
        finished = CourseProgress.objects.filter(user=user, completed_at__isnull=False)
        finished.update(completed_at=at)


def _meet(
    plan: Row,
    cohort: Cohort,
    by: User,
    people: Sequence[User],
    chance: Random,
    now: datetime,
) -> None:
    zone = cohort.time_zone
    evening = now.astimezone(ZoneInfo(zone)).replace(
        hour=plan["hour"], minute=0, second=0, microsecond=0, tzinfo=None
    )
    for row in plan["classes"]:
        session = classes.plan_classes(
            cohort=cohort,
            by=by,
            first=evening + timedelta(weeks=row["week"]),
            minutes=90,
            time_zone=zone,
            join_url=MEETING,
            **in_both(title=row["title"]),
        )[0]
        for place, user in enumerate(people):
            if chance.random() < row.get("came", 0):
                _attend(session, user, by, by_hand=place % 9 == 8)


def _attend(session: ClassSession, user: User, by: User, *, by_hand: bool) -> None:
    if by_hand:
        attendance.mark_present(session=session, user=user, by=by)
    else:
        at = session.starts_at + timedelta(minutes=user.pk % 7)
        attendance.record_join(session=session, user=user, device="sample", at=at)


def _work(row: Row, cohort: Cohort, by: User, people: Sequence[User], now: datetime) -> None:
    """Most hand in; some are accepted, one is to revise, some wait."""
    assignment = assignments.save_assignment(
        course=cohort.course,
        by=by,
        lesson=Lesson.objects.get(course=cohort.course, slug=row["lesson"]),
        **in_both(title=row["title"], text=row["text"]),
    )
    assignments.publish_assignment(assignment=assignment, by=by)
    due = assignments.set_due(
        assignment=assignment,
        cohort=cohort,
        by=by,
        due_at=now + timedelta(days=row["due"]),
        grace_minutes=row["grace"],
    )
    place = Place(cohort.pk, due)
    for number, user in enumerate(people[1:15]):
        draft = handing_in.write(
            assignment=assignment, user=user, place=place, number=1, revision=0,
            text=row["works"][number % len(row["works"])], link="",
        )  # fmt: skip
        at = now - timedelta(hours=5 + 7 * (14 - number))
        done = handing_in.hand_in(draft=draft, place=place, at=at)
        if number < 9:
            verdict = FeedbackVerdict.REVISE if number == 4 else FeedbackVerdict.ACCEPT
            words = row[verdict.value]["zh"]
            assignments.give_feedback(submission=done, by=by, verdict=verdict, text=words)
    Feedback.objects.filter(told_at=None).update(told_at=now)


def _quiz(
    row: Row,
    cohort: Cohort,
    by: User,
    people: Sequence[User],
    chance: Random,
    now: datetime,
) -> None:
    lesson = Lesson.objects.get(course=cohort.course, slug=row["lesson"])
    quiz = quizzes.save_quiz(
        course=cohort.course, by=by, lesson=lesson, **in_both(title=row["title"])
    )
    for question in row["questions"]:
        quizzes.save_question(
            quiz=quiz,
            kind="single",
            choices=[
                {**in_both(text=text), "is_right": place == question["right"]}
                for place, text in enumerate(question["choices"])
            ],
            **in_both(text=question["text"], explanation=question["explanation"]),
        )
    quizzes.publish_quiz(quiz=quiz, by=by)
    quiz.refresh_from_db()
    for user in people[1:19]:
        at = now - timedelta(days=chance.uniform(1, 15))
        _take(quiz, user, cohort, chance, at)


def _take(quiz: Quiz, user: User, cohort: Cohort, chance: Random, at: datetime) -> None:
    """Later questions are harder."""
    attempt = taking.start_attempt(quiz=quiz, user=user, cohort=cohort.pk, at=at)
    asked = QuizQuestion.objects.filter(quiz=quiz).prefetch_related("choices")
    for place, question in enumerate(asked):
        choices = list(question.choices.all())
        knows = chance.random() < 0.9 - 0.2 * place
        picked = next(one for one in choices if one.is_right == knows)
        taking.save_answer(
            attempt=attempt, question=question.public_id, typed=[picked.public_id], base=0, at=at
        )
    taking.finish_attempt(attempt=attempt, at=at + timedelta(minutes=6))


def _talk(plan: Row, cohort: Cohort, by: User, people: Sequence[User], now: datetime) -> None:
    for days, (row, user) in enumerate(zip(plan["questions"], people, strict=False), 1):
        lesson = Lesson.objects.get(course=cohort.course, slug=row["lesson"])
        question = questions.ask(
            lesson=lesson, user=user, title=row["title"]["zh"], text=row["text"]["zh"]
        )
        if "answer" in row:
            answer = questions.reply(question=question, user=by, text=row["answer"]["zh"])
            questions.accept(reply=answer, accepted=True)
        at = now - timedelta(days=2 * days)
        Question.objects.filter(pk=question.pk).update(created_at=at, told_at=at)
        Reply.objects.filter(question=question).update(
            created_at=at + timedelta(hours=3), told_at=at + timedelta(hours=3)
        )
    announcements.announce(course=cohort.course, by=by, **in_both(**plan["announcement"]))


def _plan_run(row: Row, now: datetime) -> None:
    course = Course.objects.get(slug=row["course"])
    by = CourseLecturer.objects.filter(course=course).earliest("pk").user
    cohort = course.cohorts.earliest("pk")
    venue = _venue(row["venue"])
    day = now.astimezone(ZoneInfo(cohort.time_zone)).replace(
        hour=19, minute=0, second=0, microsecond=0, tzinfo=None
    )
    for planned in row["classes"]:
        online = planned.get("online", False)
        where: Row = (
            {"join_url": MEETING} if online else {"place": ClassPlace.VENUE, "venue": venue}
        )
        session = classes.plan_classes(
            cohort=cohort,
            by=by,
            first=day + timedelta(days=planned["day"]),
            minutes=120,
            time_zone=cohort.time_zone,
            **where,
            **in_both(title=planned["title"]),
        )[0]
        if reason := planned.get("canceled"):
            classes.cancel_class(session=session, by=by, reason=reason["zh"])


def _venue(key: str) -> Venue:
    names = [row["name"] for row in plans.read("places")["venues"] if row["key"] == key]
    return Venue.objects.get(name_en=names[0]["en"])


def _nothing_owed(now: datetime) -> None:
    """Who learns has heard of the classes, the announcement and the certificate."""
    Certificate.objects.filter(told_at=None).update(told_at=now)
    for owes in list(class_notices.owed(now)):
        class_notices.mark_sent([notice for _item, notice in class_notices.claim(owes, now)])
    for announcement in Announcement.objects.all():
        for notice in _claimed(announcement, now):
            announcement_notices.mark_sent(notice)


def _claimed(announcement: Announcement, now: datetime) -> Iterator[AnnouncementNotice]:
    for seat in list(announcement_notices.owed_seats(announcement, now)):
        if notice := announcement_notices.claim(announcement, seat, now):
            yield notice
