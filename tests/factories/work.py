from datetime import timedelta

import factory
from django.utils import timezone
from factory.django import DjangoModelFactory

from courses.models import (
    Assignment,
    AssignmentDue,
    Feedback,
    FeedbackVerdict,
    QuestionKind,
    Quiz,
    QuizAttempt,
    QuizChoice,
    QuizQuestion,
    QuizVersion,
    Submission,
    SubmissionFile,
    SubmissionStatus,
)
from tests.factories.accounts import UserFactory
from tests.factories.courses import BlobFactory, CohortFactory, CourseFactory


class AssignmentFactory(DjangoModelFactory):
    """Before the learners, takes a text; `published_at=None` for one on the desk."""

    class Meta:
        model = Assignment

    course = factory.SubFactory(CourseFactory)
    position = factory.Sequence(lambda n: n)
    title_zh_hans = factory.Sequence(lambda n: f"作业{n}")
    title_en = factory.Sequence(lambda n: f"Assignment {n}")
    published_at = factory.LazyFunction(timezone.now)


class AssignmentDueFactory(DjangoModelFactory):
    """Due in a week, without grace."""

    class Meta:
        model = AssignmentDue

    assignment = factory.SubFactory(AssignmentFactory)
    cohort = factory.SubFactory(CohortFactory, course=factory.SelfAttribute("..assignment.course"))
    due_at = factory.LazyFunction(lambda: timezone.now() + timedelta(days=7))
    time_zone = "Asia/Shanghai"


class SubmissionFactory(DjangoModelFactory):
    """Handed in and waiting; `draft=True` for one that is being written."""

    class Meta:
        model = Submission

    class Params:
        draft = factory.Trait(status=SubmissionStatus.DRAFT, submitted_at=None)

    assignment = factory.SubFactory(AssignmentFactory)
    cohort = factory.SubFactory(CohortFactory, course=factory.SelfAttribute("..assignment.course"))
    user = factory.SubFactory(UserFactory)
    number = 1
    text = "What I did."
    status = SubmissionStatus.SUBMITTED
    submitted_at = factory.LazyFunction(timezone.now)


class SubmissionFileFactory(DjangoModelFactory):
    class Meta:
        model = SubmissionFile

    submission = factory.SubFactory(SubmissionFactory)
    blob = factory.SubFactory(BlobFactory)
    name = factory.Sequence(lambda n: f"work-{n}.pdf")


class FeedbackFactory(DjangoModelFactory):
    class Meta:
        model = Feedback

    submission = factory.SubFactory(SubmissionFactory)
    by = factory.SubFactory(UserFactory)
    verdict = FeedbackVerdict.ACCEPT
    text = "Well done."


class QuizFactory(DjangoModelFactory):
    """On the desk and without questions; `tests.courses.work.published_quiz` makes one to take."""

    class Meta:
        model = Quiz

    course = factory.SubFactory(CourseFactory)
    position = factory.Sequence(lambda n: n)
    title_zh_hans = factory.Sequence(lambda n: f"测验{n}")
    title_en = factory.Sequence(lambda n: f"Quiz {n}")
    shuffles = False


class QuizQuestionFactory(DjangoModelFactory):
    class Meta:
        model = QuizQuestion

    quiz = factory.SubFactory(QuizFactory)
    position = factory.Sequence(lambda n: n)
    kind = QuestionKind.SINGLE
    text_zh_hans = factory.Sequence(lambda n: f"问题{n}？")
    text_en = factory.Sequence(lambda n: f"Question {n}?")


class QuizChoiceFactory(DjangoModelFactory):
    class Meta:
        model = QuizChoice

    question = factory.SubFactory(QuizQuestionFactory)
    position = factory.Sequence(lambda n: n)
    text_zh_hans = factory.Sequence(lambda n: f"选项{n}")
    text_en = factory.Sequence(lambda n: f"Choice {n}")


class QuizVersionFactory(DjangoModelFactory):
    """What its quiz's learners get."""

    class Meta:
        model = QuizVersion
        skip_postgeneration_save = True

    quiz = factory.SubFactory(QuizFactory)
    number = 1
    content = factory.LazyFunction(lambda: {"questions": []})
    digest = factory.Sequence(lambda n: f"{n:064x}")

    @factory.post_generation
    def current(self, create: bool, extracted: object, **kwargs: object) -> None:
        Quiz.objects.filter(pk=self.quiz.pk).update(version=self)


class QuizAttemptFactory(DjangoModelFactory):
    """Going on; `passed=True` or `failed=True` for one that is over."""

    class Meta:
        model = QuizAttempt

    class Params:
        passed = factory.Trait(
            submitted_at=factory.LazyFunction(timezone.now), score=10, is_passed=True
        )
        failed = factory.Trait(
            submitted_at=factory.LazyFunction(timezone.now), score=0, is_passed=False
        )

    version = factory.SubFactory(QuizVersionFactory)
    quiz = factory.SelfAttribute("version.quiz")
    user = factory.SubFactory(UserFactory)
    number = 1
    pass_percent = 60
    max_score = 10
