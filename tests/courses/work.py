"""Assignments and quizzes as tests need them, made through the services."""

from accounts.models import User
from courses.models import Assignment, Cohort, Course, Quiz, QuizQuestion, Submission
from courses.services import handing_in, quizzes
from courses.services.handing_in import Place
from tests.factories.work import QuizFactory


def place_in(cohort: Cohort, assignment: Assignment) -> Place:
    return Place(cohort.pk, assignment.dues.filter(cohort=cohort).first())


def write(
    assignment: Assignment, user: User, cohort: Cohort, text="My work.", *, number=1, revision=0
) -> Submission:
    return handing_in.write(
        assignment=assignment,
        user=user,
        place=place_in(cohort, assignment),
        number=number,
        revision=revision,
        text=text,
        link="",
    )


def hand_in(assignment: Assignment, user: User, cohort: Cohort, text="My work.", **more):
    """Write and hand in; `at` says when."""
    at = more.pop("at", None)
    draft = write(assignment, user, cohort, text, **more)
    return handing_in.hand_in(draft=draft, place=place_in(cohort, assignment), at=at)


def published_quiz(course: Course, **fields) -> Quiz:
    """One question of two choices, the first of them right, worth a point; in a fixed order."""
    quiz = QuizFactory(course=course, **fields)
    add_question(quiz)
    quizzes.publish_quiz(quiz=quiz, by=None)
    return quiz


def add_question(quiz: Quiz, kind="single", right=(0,), choices=2, **fields) -> QuizQuestion:
    rows = [
        {"text_zh_hans": f"选项{n}", "text_en": f"Choice {n}", "is_right": n in right}
        for n in range(choices)
    ]
    texts = {"text_zh_hans": "哪一个？", "text_en": "Which one?"}
    return quizzes.save_question(quiz=quiz, kind=kind, choices=rows, **texts | fields)


def keys(question: QuizQuestion) -> list[str]:
    return [choice.public_id for choice in question.choices.all()]
