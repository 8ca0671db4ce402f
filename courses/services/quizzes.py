"""Quizzes as lecturers write them, and bring them before learners. Each locks the course's row."""

from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from accounts.models import User
from courses import quizzes
from courses.errors import NotOfThisCourse, QuizIncomplete
from courses.models import Course, Lesson, Quiz, QuizChoice, QuizQuestion, QuizVersion
from courses.services.locks import lock_course
from courses.services.log import record
from events.services.log import assign


@transaction.atomic
def save_quiz(
    *,
    course: Course,
    by: User | None,
    quiz: Quiz | None = None,
    lesson: Lesson | None = None,
    **fields: Any,
) -> Quiz:
    """Write a new one, last in the list, or change one. Pass mark, minutes and order hold for
    attempts that begin later. Raises NotOfThisCourse."""
    course = lock_course(course)
    if lesson is not None and lesson.course_id != course.pk:
        raise NotOfThisCourse
    last = course.quizzes.aggregate(last=Max("position"))["last"] or 0
    current = quiz or Quiz(course=course, created_by=by, position=last + 1)
    assign(current, fields | {"lesson": lesson})
    current.save(update_fields=[*fields, "lesson"] if quiz else None)
    action = "quiz_changed" if quiz else "quiz_added"
    record(course=course, by=by, action=action, target=current.title)
    return current


@transaction.atomic
def save_question(
    *,
    quiz: Quiz,
    choices: Iterable[dict[str, Any]] = (),
    question: QuizQuestion | None = None,
    **fields: Any,
) -> QuizQuestion:
    """Write a question on the desk, last in the quiz, or change one. `choices` are all of them in
    their order, those that stay with their `public_id`."""
    lock_course(quiz.course)
    last = quiz.questions.aggregate(last=Max("position"))["last"] or 0
    current = question or QuizQuestion(quiz=quiz, position=last + 1)
    assign(current, fields)
    current.save()
    kept = {choice.public_id: choice for choice in current.choices.all()} if question else {}
    for position, wanted in enumerate(choices):
        choice = kept.pop(wanted.get("public_id", ""), None) or QuizChoice(question=current)
        assign(choice, {**wanted, "position": position} | {"public_id": choice.public_id})
        choice.save()
    QuizChoice.objects.filter(pk__in=[choice.pk for choice in kept.values()]).delete()
    return current


@transaction.atomic
def delete_question(*, question: QuizQuestion) -> None:
    """Off the desk; attempts keep theirs, and learners see it until the next publication."""
    lock_course(question.quiz.course)
    question.delete()


@transaction.atomic
def move_question(*, question: QuizQuestion, down: bool) -> None:
    """One place up or down; at the end it stays."""
    lock_course(question.quiz.course)
    rows = list(question.quiz.questions.all())
    here = next(place for place, row in enumerate(rows) if row.pk == question.pk)
    there = here + 1 if down else here - 1
    if not 0 <= there < len(rows):
        return
    rows[here], rows[there] = rows[there], rows[here]
    for position, row in enumerate(rows):
        row.position = position
    QuizQuestion.objects.bulk_update(rows, ["position"])


@transaction.atomic
def publish_quiz(*, quiz: Quiz, by: User | None) -> QuizVersion:
    """Bring the desk before learners, also of a quiz that was taken away. Who is in the middle of
    an attempt goes on with the questions it began with. Repeatable. Raises QuizIncomplete."""
    course = lock_course(quiz.course)
    current = Quiz.objects.select_related("version").get(pk=quiz.pk)
    content = desk_content(current)
    if not content["questions"]:
        raise QuizIncomplete
    digest, version = quizzes.digest(content), current.version
    if version is None or version.digest != digest:
        number = version.number + 1 if version else 1
        version = QuizVersion.objects.create(
            quiz=current, number=number, content=content, digest=digest, by=by
        )
    elif current.archived_at is None:
        return version
    Quiz.objects.filter(pk=quiz.pk).update(version=version, archived_at=None)
    quiz.refresh_from_db()
    record(course=course, by=by, action="quiz_published", target=quiz.title)
    return version


@transaction.atomic
def archive_quiz(*, quiz: Quiz, by: User | None) -> None:
    """Take it away from learners; attempts stay. Repeatable."""
    course = lock_course(quiz.course)
    if Quiz.objects.filter(pk=quiz.pk, archived_at=None).update(archived_at=timezone.now()):
        record(course=course, by=by, action="quiz_archived", target=quiz.title)
    quiz.refresh_from_db()


def desk_content(quiz: Quiz) -> dict[str, Any]:
    """What a publication would freeze now. Two queries."""
    return quizzes.freeze(quiz.questions.prefetch_related("choices"))


def has_changes(quiz: Quiz) -> bool:
    """Whether learners would get something else after a publication."""
    digest = quizzes.digest(desk_content(quiz))
    return quiz.version is None or quiz.version.digest != digest
