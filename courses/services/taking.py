"""Taking a quiz: each answer is kept at once, and what was kept counts.

Each locks the attempt's row, so that an answer and the end of the attempt never cross.
The caller has asked `queries.work.is_open`.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import User
from courses import quizzes
from courses.errors import AttemptOver, NoAttemptsLeft, TimeUp, UnknownQuestion
from courses.models import TRANSIT, Quiz, QuizAnswer, QuizAttempt
from courses.quizzes import Item


class Saved(NamedTuple):
    """`was`: another answer that stood there, saved from a page that this one did not know."""

    revision: int
    was: Any


def start_attempt(
    *, quiz: Quiz, user: User, cohort: int, at: datetime | None = None
) -> QuizAttempt:
    """The attempt that is going on, else a new one. Two tabs at once get the same.

    Raises NoAttemptsLeft.
    """
    at = at or timezone.now()
    try:
        with transaction.atomic():
            return _start(quiz, user, cohort, at)
    except IntegrityError:  # another tab has just begun it
        with transaction.atomic():
            return _start(quiz, user, cohort, at)


def _start(quiz: Quiz, user: User, cohort: int, at: datetime) -> QuizAttempt:
    # in one look: between two, another tab may begin the last one
    own = list(QuizAttempt.objects.filter(quiz=quiz, user=user).order_by("number"))
    for going_on in own:
        if going_on.is_open and not _is_time_up(going_on, at):
            return going_on
        if going_on.is_open:
            finish_attempt(attempt=going_on, at=at)
    number = own[-1].number + 1 if own else 1
    if quiz.version is None or (quiz.attempts is not None and number > quiz.attempts):
        raise NoAttemptsLeft
    items = quizzes.read(quiz.version.content)
    return QuizAttempt.objects.create(
        quiz=quiz,
        version=quiz.version,
        user=user,
        cohort_id=cohort,
        number=number,
        is_shuffled=quiz.shuffles,
        pass_percent=quiz.pass_percent,
        started_at=at,
        ends_at=at + timedelta(minutes=quiz.minutes) if quiz.minutes else None,
        max_score=sum(item.points for item in items),
    )


def _is_time_up(attempt: QuizAttempt, at: datetime) -> bool:
    return attempt.ends_at is not None and at > attempt.ends_at + TRANSIT


@transaction.atomic
def save_answer(
    *,
    attempt: QuizAttempt,
    question: str,
    typed: list[str],
    base: int,
    at: datetime | None = None,
) -> Saved:
    """Keep one answer. `base` is the revision that the page showed. The later one wins, and what
    it replaces unseen is said; the same answer again is no new one, so a retry is harmless.

    Raises AttemptOver, TimeUp, UnknownQuestion.
    """
    at = at or timezone.now()
    current = _locked(attempt, at)
    item = _item(current, question)
    value = item.clean(typed)
    last = current.answers.filter(question=question).last()
    if last and last.value == value:
        return Saved(last.revision, None)
    if last is None and not value:
        return Saved(0, None)
    return Saved(
        _keep(current, item, value, last, at),
        last.value if last and last.revision != base else None,
    )


@transaction.atomic
def save_sheet(
    *, attempt: QuizAttempt, typed: Mapping[str, tuple[list[str], int]], at: datetime | None = None
) -> None:
    """Keep what a whole page sent: question → (answer, the revision that the page showed).

    What its reader did not touch is left as it is, for another tab may have changed it since.
    Raises AttemptOver, TimeUp.
    """
    at = at or timezone.now()
    current = _locked(attempt, at)
    for item in quizzes.read(current.version.content):
        if item.key not in typed:
            continue
        sent, base = typed[item.key]
        value = item.clean(sent)
        rows = list(current.answers.filter(question=item.key))
        shown = next((row.value for row in rows if row.revision == base), item.clean([]))
        last = rows[-1] if rows else None
        if value != shown and (last is None or last.value != value):
            _keep(current, item, value, last, at)


def _keep(
    attempt: QuizAttempt, item: Item, value: Any, last: QuizAnswer | None, at: datetime
) -> int:
    revision = last.revision + 1 if last else 1
    QuizAnswer.objects.create(
        attempt=attempt, question=item.key, value=value, revision=revision, saved_at=at
    )
    return revision


def _locked(attempt: QuizAttempt, at: datetime) -> QuizAttempt:
    attempts = QuizAttempt.objects.select_for_update(of=("self",)).select_related("version")
    current = attempts.get(pk=attempt.pk)
    if not current.is_open:
        raise AttemptOver
    if _is_time_up(current, at):
        raise TimeUp
    return current


def _item(attempt: QuizAttempt, question: str) -> Item:
    for item in quizzes.read(attempt.version.content):
        if item.key == question:
            return item
    raise UnknownQuestion


@transaction.atomic
def finish_attempt(*, attempt: QuizAttempt, at: datetime | None = None) -> QuizAttempt:
    """Judge what was kept. Repeatable: the first end stands. After the time it ended with it."""
    at = at or timezone.now()
    attempts = QuizAttempt.objects.select_for_update(of=("self",)).select_related("version")
    current = attempts.get(pk=attempt.pk)
    if not current.is_open:
        return current
    last = {answer.question: answer for answer in current.answers.all()}
    items = quizzes.read(current.version.content)
    points = quizzes.judge(items, {key: answer.value for key, answer in last.items()})
    for key, earned in points.items():
        last[key].points = earned
    QuizAnswer.objects.bulk_update([last[key] for key in points], ["points"])
    current.score = sum(points.values())
    current.is_passed = current.score * 100 >= current.pass_percent * current.max_score
    current.is_timed_out = _is_time_up(current, at)
    current.submitted_at = current.ends_at if current.is_timed_out else at
    current.save(update_fields=["score", "is_passed", "is_timed_out", "submitted_at"])
    return current


def finish_overdue(at: datetime | None = None) -> int:
    """Judge the attempts whose time is up and that nobody came back to. Repeatable."""
    at = at or timezone.now()
    overdue = list(QuizAttempt.objects.over(at)[:500])
    for attempt in overdue:
        finish_attempt(attempt=attempt, at=at)
    return len(overdue)
