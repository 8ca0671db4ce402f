"""Assignments and quizzes as others ask about them: counts, what waits, what is due."""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from typing import Any, NamedTuple

from django.db.models import Count, Q, QuerySet

from accounts.models import User
from courses.models import (
    Assignment,
    AssignmentDue,
    Cohort,
    Course,
    Enrollment,
    Quiz,
    QuizAttempt,
    Submission,
    SubmissionStatus,
)
from courses.queries.access import Access, courses_access, for_reader
from courses.queries.outline import best_language
from courses.quizzes import read

# Newest hand-ins that leave nothing to do until somebody has read them
AT_REST = (SubmissionStatus.SUBMITTED, SubmissionStatus.ACCEPTED)


def required_count(course: Course) -> int:
    """Assignments that the certificate asks for."""
    return Assignment.objects.live().filter(course=course, is_required=True).count()


def accepted_required(cohort: Cohort) -> dict[int, int]:
    """Person → how many of those were accepted, for people of the run, in whichever run."""
    accepted = Submission.objects.filter(
        assignment__in=Assignment.objects.live().filter(course=cohort.course_id, is_required=True),
        status=SubmissionStatus.ACCEPTED,
    ).filter(_of_run(cohort))
    rows = accepted.order_by().values("user").annotate(n=Count("assignment", distinct=True))
    return dict(rows.values_list("user", "n"))


def required_quizzes(course: Course) -> int:
    """Quizzes that the certificate asks for."""
    return Quiz.objects.live().filter(course=course, is_required=True).count()


def passed_required(cohort: Cohort) -> dict[int, int]:
    """Person → how many of those were passed, for people of the run, in whichever run."""
    passed = QuizAttempt.objects.filter(
        quiz__in=Quiz.objects.live().filter(course=cohort.course_id, is_required=True),
        is_passed=True,
    ).filter(_of_run(cohort))
    rows = passed.order_by().values("user").annotate(n=Count("quiz", distinct=True))
    return dict(rows.values_list("user", "n"))


def _of_run(cohort: Cohort) -> Q:
    """A seat that waits for its address to be proven names nobody: what its holder did here does."""
    holders = Enrollment.objects.filter(cohort=cohort).giving_access().values("user")
    return Q(user__in=holders) | Q(cohort=cohort)


def waiting(course: Course) -> QuerySet[Submission]:
    """What nobody has read yet, oldest first."""
    return (
        Submission.objects.waiting()
        .filter(assignment__course=course)
        .select_related("assignment", "user", "cohort")
    )


def fair_due(dues: Iterable[AssignmentDue]) -> AssignmentDue | None:
    """Of what several runs of one person say of one assignment, what gives the most time."""
    return max(dues, key=lambda due: (due.last_at, due.pk), default=None)


class DueDate(NamedTuple):
    """A date of one person's calendar; `is_done`: it was handed in, and nobody sent it back."""

    assignment: Assignment
    due: AssignmentDue
    is_done: bool


def due_dates(user: User, *, at: datetime) -> list[DueDate]:
    """What `user` has to hand in, by date, past ones too: of every course that a seat lets them
    into, where the lesson is open. Six queries at most, however many courses."""
    runs = Enrollment.objects.of_person(user).giving_access().values("cohort")
    dues = AssignmentDue.objects.filter(
        cohort__in=runs, assignment__in=Assignment.objects.live()
    ).select_related("assignment__course__chapter", "cohort")
    found: dict[int, list[AssignmentDue]] = {}
    for one in dues:
        found.setdefault(one.assignment_id, []).append(one)
    if not found:
        return []
    access = _access_of(user, {one.assignment.course_id for one in dues}, at)
    done = at_rest(user, found)
    dates = []
    for several in found.values():
        due = fair_due(several)
        if due is not None and is_open(access.get(due.assignment.course_id), due.assignment):
            dates.append(DueDate(due.assignment, due, due.assignment_id in done))
    return sorted(dates, key=lambda date: (date.due.due_at, date.due.pk))


def _access_of(user: User, courses: Iterable[int], at: datetime) -> dict[int, Access]:
    return courses_access(user, for_reader(user).filter(pk__in=list(courses)), at)


def is_open(access: Access | None, work: Assignment | Quiz) -> bool:
    """Whether who has this access works on it: enrolled, and its lesson is open."""
    if access is None or not access.is_enrolled or not access.may_find:
        return False
    return work.lesson_id is None or access.verdict(work.lesson_id).allowed


def at_rest(user: User, assignments: Iterable[int]) -> set[int]:
    """Those whose newest hand-in waits for its reader or was accepted."""
    newest: dict[int, str] = {}
    rows = Submission.objects.handed_in().filter(user=user, assignment__in=list(assignments))
    for assignment, status in rows.order_by("number").values_list("assignment", "status"):
        newest[assignment] = status
    return {assignment for assignment, status in newest.items() if status in AT_REST}


class QuestionResult(NamedTuple):
    """How a question was answered in the attempts that are over. `texts` are by language."""

    quiz: Quiz
    key: str
    texts: dict[str, str]
    right: int
    wrong: int
    blank: int

    @property
    def text(self) -> str:
        return self.texts.get(best_language(self.texts), "")

    @property
    def percent(self) -> int:
        total = self.right + self.wrong + self.blank
        return 100 * self.right // total if total else 0


class QuizResult(NamedTuple):
    quiz: Quiz
    attempts: int
    people: int
    passed: int  # people
    questions: list[QuestionResult]


def quiz_results(
    course: Course, *, cohort: Cohort | None = None, quiz: Quiz | None = None
) -> list[QuizResult]:
    """Of every published quiz, whatever their number in three queries; questions as the newest
    version has them."""
    quizzes = list(
        Quiz.objects.filter(course=course, version__isnull=False).select_related("version")
    )
    if quiz:
        quizzes = [one for one in quizzes if one.pk == quiz.pk]
    over = QuizAttempt.objects.filter(quiz__in=quizzes, submitted_at__isnull=False)
    if cohort:
        over = over.filter(cohort=cohort)
    totals: dict[int, dict[str, Any]] = {
        row["quiz"]: {**row}
        for row in over.order_by()
        .values("quiz")
        .annotate(
            attempts=Count("pk"),
            people=Count("user", distinct=True),
            passed=Count("user", filter=Q(is_passed=True), distinct=True),
        )
    }
    marks = _marks(over)
    return [_result(one, totals.get(one.pk, {}), marks) for one in quizzes]


def _marks(over: QuerySet[QuizAttempt]) -> Counter[tuple[int, str, bool]]:
    """(quiz, question, was it right) → how often."""
    judged = over.filter(answers__points__isnull=False).order_by()
    rows = judged.values("quiz", "answers__question").annotate(
        right=Count("answers", filter=Q(answers__points__gt=0)),
        wrong=Count("answers", filter=Q(answers__points=0)),
    )
    found: Counter[tuple[int, str, bool]] = Counter()
    for row in rows:
        found[row["quiz"], row["answers__question"], True] += row["right"]
        found[row["quiz"], row["answers__question"], False] += row["wrong"]
    return found


def _result(quiz: Quiz, total: dict[str, Any], marks: Counter[tuple[int, str, bool]]) -> QuizResult:
    attempts = total.get("attempts", 0)
    questions = []
    for item in read(quiz.version.content) if quiz.version else ():
        right, wrong = marks[quiz.pk, item.key, True], marks[quiz.pk, item.key, False]
        blank = max(attempts - right - wrong, 0)
        questions.append(QuestionResult(quiz, item.key, dict(item.texts), right, wrong, blank))
    return QuizResult(quiz, attempts, total.get("people", 0), total.get("passed", 0), questions)
