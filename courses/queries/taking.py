"""What a learner sees of the quizzes of one course."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from accounts.models import User
from courses import quizzes
from courses.models import Course, Quiz, QuizAttempt
from courses.queries.access import Access
from courses.queries.work import is_open
from courses.quizzes import Item


@dataclass(frozen=True)
class QuizTask:
    """A quiz as one learner has it before them; `attempts` are theirs, the newest last."""

    quiz: Quiz
    attempts: tuple[QuizAttempt, ...]

    @property
    def going_on(self) -> QuizAttempt | None:
        return next((one for one in self.attempts if one.is_open), None)

    @property
    def is_passed(self) -> bool:
        return any(one.is_passed for one in self.attempts)

    @property
    def best(self) -> QuizAttempt | None:
        over = [one for one in self.attempts if not one.is_open]
        return max(over, key=lambda one: (one.percent, one.number), default=None)

    @property
    def left(self) -> int | None:
        """Attempts that can still begin; None: as many as one likes."""
        if self.quiz.attempts is None:
            return None
        return max(self.quiz.attempts - len(self.attempts), 0)

    @property
    def may_start(self) -> bool:
        return self.going_on is None and self.left != 0

    @property
    def state(self) -> str:
        """passed, open, failed or todo."""
        if self.is_passed:
            return "passed"
        if self.going_on:
            return "open"
        return "failed" if self.attempts else "todo"


def quiz_tasks(user: User, course: Course, access: Access, **only: Any) -> list[QuizTask]:
    """Quizzes that are open for `user` (all that are published, for staff). Two queries at most."""
    found = Quiz.objects.live().filter(course=course, **only).select_related("version", "course")
    shown = [quiz for quiz in found if access.is_staff or is_open(access, quiz)]
    own: dict[int, list[QuizAttempt]] = {}
    if shown:
        for attempt in QuizAttempt.objects.filter(user=user, quiz__in=shown):
            own.setdefault(attempt.quiz_id, []).append(attempt)
    return [QuizTask(quiz, tuple(own.get(quiz.pk, []))) for quiz in shown]


class SheetRow(NamedTuple):
    """A question of an attempt with what is kept of its answer; `points` once it was judged."""

    number: int
    item: Item
    value: Any
    revision: int
    points: int | None
    saved_at: datetime | None

    @property
    def is_right(self) -> bool:
        return bool(self.points)

    @property
    def words(self) -> str:
        return self.item.words(self.value) if self.value else ""

    @property
    def right_words(self) -> str:
        if self.item.is_text:
            return " / ".join(self.item.accepted)
        return self.item.words(self.item.right)


def sheet(attempt: QuizAttempt) -> list[SheetRow]:
    """The questions in this attempt's order. One query."""
    items: Iterable[Item] = quizzes.read(attempt.version.content)
    if attempt.is_shuffled:
        items = quizzes.shuffled(items, attempt.seed)
    last = {answer.question: answer for answer in attempt.answers.all()}
    rows = []
    for number, item in enumerate(items, start=1):
        answer = last.get(item.key)
        rows.append(
            SheetRow(
                number,
                item,
                answer.value if answer else item.clean([]),
                answer.revision if answer else 0,
                answer.points if answer else None,
                answer.saved_at if answer else None,
            )
        )
    return rows


def shows_solution(task: QuizTask) -> bool:
    """Right answers and explanations are shown once nothing can be gained by them any more."""
    return task.is_passed or (task.left == 0 and task.going_on is None)
