from datetime import UTC, datetime

import factory
from django.utils import timezone
from factory.django import DjangoModelFactory

from courses.models import (
    Blob,
    Certificate,
    CertificateRule,
    Cohort,
    Course,
    CourseInvitation,
    CourseLecturer,
    CourseOffer,
    Enrollment,
    EnrollmentSource,
    EnrollmentStatus,
    Lesson,
    LessonDraft,
    LessonVersion,
    Material,
    MaterialKind,
    Module,
    Question,
    Reply,
)
from tests.factories.accounts import UserFactory
from tests.factories.community import ChapterFactory

# A Monday at 19:00 in Shanghai that no test's clock reaches
START = datetime(2036, 3, 3, 11, 0, tzinfo=UTC)


class CourseFactory(DjangoModelFactory):
    """A draft without lessons. `tests.courses.desk.published_course` makes one that learners read."""

    class Meta:
        model = Course

    chapter = factory.SubFactory(ChapterFactory)
    slug = factory.Sequence(lambda n: f"course-{n}")
    title_zh_hans = factory.Sequence(lambda n: f"课程{n}")
    title_en = factory.Sequence(lambda n: f"Course {n}")


class CourseLecturerFactory(DjangoModelFactory):
    class Meta:
        model = CourseLecturer

    course = factory.SubFactory(CourseFactory)
    user = factory.SubFactory(UserFactory)


class ModuleFactory(DjangoModelFactory):
    class Meta:
        model = Module

    course = factory.SubFactory(CourseFactory)
    position = factory.Sequence(lambda n: n)
    title_zh_hans = factory.Sequence(lambda n: f"第{n}章")
    title_en = factory.Sequence(lambda n: f"Part {n}")


class LessonFactory(DjangoModelFactory):
    """On the desk, open at once, in a module of its own; `drafts=("en",)` for one language."""

    class Meta:
        model = Lesson
        skip_postgeneration_save = True

    module = factory.SubFactory(ModuleFactory)
    course = factory.SelfAttribute("module.course")
    slug = factory.Sequence(lambda n: f"lesson-{n}")
    position = factory.Sequence(lambda n: n)

    @factory.post_generation
    def drafts(self, create: bool, extracted: tuple[str, ...] | None, **kwargs) -> None:
        for language in ("zh-hans", "en") if extracted is None else extracted:
            LessonDraftFactory(lesson=self, language=language)


class LessonDraftFactory(DjangoModelFactory):
    class Meta:
        model = LessonDraft

    lesson = factory.SubFactory(LessonFactory, drafts=())
    language = "en"
    title = factory.LazyAttribute(lambda draft: f"{draft.lesson.slug} {draft.language}")
    body = factory.LazyAttribute(lambda draft: f"Text of {draft.title}.")
    revision = 1  # as the service makes it: 0 is said where there is no draft


class LessonVersionFactory(DjangoModelFactory):
    class Meta:
        model = LessonVersion

    lesson = factory.SubFactory(LessonFactory)
    language = "en"
    title = factory.Sequence(lambda n: f"Version {n}")
    body = "Text."
    digest = factory.Sequence(lambda n: f"{n:064x}")


class BlobFactory(DjangoModelFactory):
    class Meta:
        model = Blob

    sha256 = factory.Sequence(lambda n: f"{n:064x}")
    size = 1
    media_type = "application/pdf"


class MaterialFactory(DjangoModelFactory):
    """On the desk; `version=…` for one that is published."""

    class Meta:
        model = Material

    lesson = factory.SubFactory(LessonFactory)
    blob = factory.SubFactory(BlobFactory)
    kind = MaterialKind.PDF
    name = factory.Sequence(lambda n: f"slides-{n}.pdf")


class CohortFactory(DjangoModelFactory):
    """Self-paced and without a limit; `dated=True` for one that starts in ten years."""

    class Meta:
        model = Cohort

    class Params:
        dated = factory.Trait(start_at=START, name_zh_hans="春季班", name_en="Spring cohort")

    course = factory.SubFactory(CourseFactory)
    time_zone = "Asia/Shanghai"


class CourseOfferFactory(DjangoModelFactory):
    class Meta:
        model = CourseOffer

    cohort = factory.SubFactory(CohortFactory)
    name_zh_hans = "普通席位"
    name_en = "Seat"
    price_minor = 0
    currency = "CNY"


class EnrollmentFactory(DjangoModelFactory):
    """An active seat given by hand. Takes no place: that is services.seats' work."""

    class Meta:
        model = Enrollment

    cohort = factory.SubFactory(CohortFactory)
    user = factory.SubFactory(UserFactory)
    email = factory.LazyAttribute(
        lambda seat: seat.user.email if seat.user else "learner@example.com"
    )
    source = EnrollmentSource.STAFF
    status = EnrollmentStatus.ACTIVE
    granted_at = factory.LazyFunction(timezone.now)


class CourseInvitationFactory(DjangoModelFactory):
    class Meta:
        model = CourseInvitation

    cohort = factory.SubFactory(CohortFactory)
    email = factory.Sequence(lambda n: f"guest{n}@example.com")
    language = "en"


class QuestionFactory(DjangoModelFactory):
    class Meta:
        model = Question

    lesson = factory.SubFactory(LessonFactory)
    course = factory.SelfAttribute("lesson.course")
    user = factory.SubFactory(UserFactory)
    title = factory.Sequence(lambda n: f"Question {n}?")
    text = "What I tried."


class ReplyFactory(DjangoModelFactory):
    class Meta:
        model = Reply

    question = factory.SubFactory(QuestionFactory)
    user = factory.SubFactory(UserFactory)
    text = factory.Sequence(lambda n: f"Answer {n}.")


class CertificateRuleFactory(DjangoModelFactory):
    class Meta:
        model = CertificateRule

    course = factory.SubFactory(CourseFactory)
    number = 1


class CertificateFactory(DjangoModelFactory):
    """A valid one; `revoked_at` and `revoked_reason` go together."""

    class Meta:
        model = Certificate

    rule = factory.SubFactory(CertificateRuleFactory)
    course = factory.SelfAttribute("rule.course")
    cohort = factory.SubFactory(CohortFactory, course=factory.SelfAttribute("..course"))
    user = factory.SubFactory(UserFactory)
    name = "Lin Wei"
    language = "en"
    facts = factory.LazyAttribute(
        lambda made: {
            "course": {"zh-hans": made.course.title_zh_hans, "en": made.course.title_en},
            "lessons_percent": 100,
            "held": 0,
            "attended": 0,
            "required_work": 0,
            "accepted_work": 0,
            "required_quizzes": 0,
            "passed_quizzes": 0,
        }
    )
