from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from api.serializers.community import ChapterSerializer
from api.serializers.fields import MONEY, TEXTS, Instant, RowSerializer, Texts
from courses.models import (
    Cohort,
    Course,
    CourseLevel,
    CourseStatus,
    Enrollment,
    EnrollmentSource,
    EnrollmentStatus,
)
from courses.queries.access import Reason


class PriceKind(models.TextChoices):
    FREE = "free", _("Free")
    PAID = "paid", _("With a price")


REASONS = [(reason.value, reason.value) for reason in Reason if reason != Reason.HIDDEN]
NO_PRICE = {**MONEY, "type": ["object", "null"]}


class CourseQuerySerializer(serializers.Serializer):
    """What the catalog can be narrowed by."""

    chapter = serializers.SlugField(required=False, help_text="The chapter's slug.")
    level = serializers.ChoiceField(
        CourseLevel.choices, required=False, help_text="For whom it is."
    )
    language = serializers.ChoiceField(
        settings.LANGUAGES, required=False, help_text="At least half of its lessons have it."
    )
    price = serializers.ChoiceField(
        PriceKind.choices, required=False, help_text="What the cheapest seat costs now."
    )
    search = serializers.CharField(
        required=False,
        allow_blank=True,
        max_length=200,
        help_text="Words in titles, lessons and lecturers; Chinese too.",
    )


class CourseSerializer(RowSerializer):
    id = serializers.CharField(source="public_id")
    url = serializers.SerializerMethodField(help_text="Its page for people.")
    title = Texts()
    summary = Texts()
    chapter = ChapterSerializer()
    status = serializers.ChoiceField(CourseStatus.choices)
    level = serializers.ChoiceField(CourseLevel.choices)
    languages = serializers.ListField(child=serializers.ChoiceField(settings.LANGUAGES))

    class Meta:
        model = Course
        fields = [
            "id",
            "slug",
            "url",
            "title",
            "summary",
            "chapter",
            "status",
            "level",
            "languages",
            "published_at",
        ]

    def get_url(self, course: Course) -> str:
        return settings.SITE_URL + course.get_absolute_url()


class ListedCourseSerializer(CourseSerializer):
    price_from = serializers.SerializerMethodField(
        help_text="The least that a seat costs now; null while none is on sale."
    )

    class Meta(CourseSerializer.Meta):
        fields = [*CourseSerializer.Meta.fields, "price_from"]

    @extend_schema_field(NO_PRICE)
    def get_price_from(self, course: Any) -> dict[str, Any] | None:
        if course.least_minor is None:
            return None
        return {"amount_minor": course.least_minor, "currency": course.currency}


class OutlineLessonSerializer(serializers.Serializer):
    id = serializers.CharField()
    slug = serializers.SlugField()
    title = serializers.DictField(child=serializers.CharField())
    is_preview = serializers.BooleanField()
    is_required = serializers.BooleanField()
    minutes = serializers.IntegerField(allow_null=True)
    access = serializers.ChoiceField(REASONS, help_text="For the person whose token it is.")
    opens_at = Instant(allow_null=True, help_text="Of a `locked` lesson, where it is known.")
    is_completed = serializers.BooleanField()


class OutlineModuleSerializer(serializers.Serializer):
    title = serializers.DictField(child=serializers.CharField())
    lessons = OutlineLessonSerializer(many=True)


class CourseDetailSerializer(CourseSerializer):
    description = Texts(help_text="Markdown.")
    audience = Texts(help_text="Markdown.")
    outcomes = Texts(help_text="Markdown.")
    modules = OutlineModuleSerializer(many=True, source="shown_modules")

    class Meta(CourseSerializer.Meta):
        fields = [
            *CourseSerializer.Meta.fields,
            "description",
            "audience",
            "outcomes",
            "modules",
        ]


class LessonSerializer(serializers.Serializer):
    id = serializers.CharField()
    slug = serializers.SlugField()
    language = serializers.ChoiceField(
        settings.LANGUAGES, help_text="The one that was found: another where it is missing."
    )
    title = serializers.CharField()
    body = serializers.CharField(allow_blank=True, help_text="Markdown.")
    version = serializers.CharField(help_text="Changes when the text does.")


class LessonQuerySerializer(serializers.Serializer):
    language = serializers.ChoiceField(
        settings.LANGUAGES, required=False, help_text="The one to read it in, where it exists."
    )


class CohortSerializer(RowSerializer):
    id = serializers.CharField(source="public_id")
    name = Texts()
    time_zone = serializers.CharField(help_text="IANA name.")

    class Meta:
        model = Cohort
        fields = ["id", "name", "start_at", "end_at", "time_zone"]


class EnrollmentSerializer(RowSerializer):
    id = serializers.CharField(source="public_id")
    course = serializers.SerializerMethodField()
    cohort = CohortSerializer()
    status = serializers.ChoiceField(EnrollmentStatus.choices)
    source = serializers.ChoiceField(EnrollmentSource.choices)

    class Meta:
        model = Enrollment
        fields = ["id", "course", "cohort", "status", "source", "granted_at", "ended_at"]

    @extend_schema_field(
        {
            "type": "object",
            "properties": {"slug": {"type": "string"}, "title": TEXTS},
            "required": ["slug", "title"],
        }
    )
    def get_course(self, seat: Enrollment) -> dict[str, Any]:
        course = seat.cohort.course
        return {
            "slug": course.slug,
            "title": {"zh-hans": course.title_zh_hans or None, "en": course.title_en or None},
        }
