from modeltranslation.translator import TranslationOptions, register

from courses.models import (
    Announcement,
    Assignment,
    ClassSession,
    Cohort,
    Course,
    CourseLecturer,
    CourseOffer,
    Module,
    Quiz,
    QuizChoice,
    QuizQuestion,
)


@register(Course)
class CourseTranslation(TranslationOptions):
    fields = ("title", "summary", "description", "audience", "outcomes")


@register(CourseLecturer)
class CourseLecturerTranslation(TranslationOptions):
    fields = ("bio",)


@register(Module)
class ModuleTranslation(TranslationOptions):
    fields = ("title",)


@register(Cohort)
class CohortTranslation(TranslationOptions):
    fields = ("name",)


@register(CourseOffer)
class CourseOfferTranslation(TranslationOptions):
    fields = ("name", "description")


@register(ClassSession)
class ClassSessionTranslation(TranslationOptions):
    fields = ("title",)


@register(Announcement)
class AnnouncementTranslation(TranslationOptions):
    fields = ("title", "body")


@register(Assignment)
class AssignmentTranslation(TranslationOptions):
    fields = ("title", "text")


@register(Quiz)
class QuizTranslation(TranslationOptions):
    fields = ("title", "text")


@register(QuizQuestion)
class QuizQuestionTranslation(TranslationOptions):
    fields = ("text", "explanation")


@register(QuizChoice)
class QuizChoiceTranslation(TranslationOptions):
    fields = ("text",)
