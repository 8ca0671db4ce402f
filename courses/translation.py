from modeltranslation.translator import TranslationOptions, register

from courses.models import (
    Announcement,
    ClassSession,
    Cohort,
    Course,
    CourseLecturer,
    CourseOffer,
    Module,
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
