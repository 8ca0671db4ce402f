from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db.models import QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import TokenScope
from api.permissions import HasScope, has_scope
from api.serializers.courses import (
    CourseDetailSerializer,
    CourseQuerySerializer,
    EnrollmentSerializer,
    LessonQuerySerializer,
    LessonSerializer,
    ListedCourseSerializer,
)
from api.views.base import Endpoint
from courses.errors import LessonLocked
from courses.models import Course, Enrollment, LessonVersion
from courses.queries.access import Access, Reason, course_access, for_reader
from courses.queries.catalog import listed_courses
from courses.queries.outline import OutlineLesson


def find_course(request: Request, slug: str) -> tuple[Course, Access]:
    """As the page of the same course: for nobody in particular without `learning:read`."""
    person: Any = request.user
    if not has_scope(request, TokenScope.LEARNING_READ):
        person = AnonymousUser()
    course = get_object_or_404(for_reader(person), slug=slug)
    access = course_access(person, course, timezone.now())
    if not access.may_find:
        raise Http404
    return course, access


class CourseList(Endpoint):
    serializer_class = ListedCourseSerializer
    queryset = Course.objects.none()

    @extend_schema(
        summary="List courses",
        description="Published courses, newest first.",
        parameters=[CourseQuerySerializer],
        tags=["courses"],
        responses=ListedCourseSerializer(many=True),
    )
    def get(self, request: Request) -> Response:
        query = CourseQuerySerializer(data=request.query_params)
        query.is_valid(raise_exception=True)
        page = self.paginate_queryset(listed_courses(at=timezone.now(), **query.validated_data))
        return self.get_paginated_response(self.get_serializer(page, many=True).data)


class CourseDetail(Endpoint):
    serializer_class = CourseDetailSerializer
    queryset = Course.objects.none()

    @extend_schema(
        summary="Read a course",
        description=(
            "With its outline. `access` of a lesson is for anybody; with `learning:read` it is "
            "for the person whose token it is, who also finds archived courses that they learn "
            "in and drafts that they write."
        ),
        tags=["courses"],
    )
    def get(self, request: Request, slug: str) -> Response:
        course, access = find_course(request, slug)
        course.shown_modules = _modules(access)
        return Response(self.get_serializer(course).data)


def _modules(access: Access) -> list[dict[str, Any]]:
    modules = access.outline.modules if access.outline else ()
    return [
        {
            "title": dict(module.titles),
            "lessons": [_lesson(access, lesson) for lesson in module.lessons],
        }
        for module in modules
    ]


def _lesson(access: Access, lesson: OutlineLesson) -> dict[str, Any]:
    verdict = access.verdict(lesson.pk)
    return {
        "id": lesson.public_id,
        "slug": lesson.slug,
        "title": {language: text.title for language, text in lesson.texts.items()},
        "is_preview": lesson.is_preview,
        "is_required": lesson.is_required,
        "minutes": lesson.minutes,
        "access": verdict.code,
        "opens_at": verdict.opens_at,
        "is_completed": lesson.pk in access.completed,
    }


class LessonDetail(Endpoint):
    serializer_class = LessonSerializer
    queryset = LessonVersion.objects.none()
    refusals = (LessonLocked,)

    @extend_schema(
        summary="Read a lesson",
        description=(
            "Free previews for anybody; with `learning:read` what is open for the person whose "
            "token it is. What is not open yet is refused as `lesson_locked`."
        ),
        parameters=[LessonQuerySerializer],
        tags=["courses"],
    )
    def get(self, request: Request, slug: str, lesson_slug: str) -> Response:
        query = LessonQuerySerializer(data=request.query_params)
        query.is_valid(raise_exception=True)
        _course, access = find_course(request, slug)
        lesson = access.outline.by_slug(lesson_slug) if access.outline else None
        if lesson is None:
            raise Http404
        verdict = access.verdict(lesson.pk)
        if verdict.reason == Reason.HIDDEN:
            raise Http404
        if not verdict.allowed:
            raise LessonLocked
        language, pk = lesson.version_for(query.validated_data.get("language"))
        version = get_object_or_404(LessonVersion, pk=pk)
        answer = {
            "id": lesson.public_id,
            "slug": lesson.slug,
            "language": language,
            "title": version.title,
            "body": version.body,
            "version": version.public_id,
        }
        return Response(self.get_serializer(answer).data)


class EnrollmentList(Endpoint):
    serializer_class = EnrollmentSerializer
    queryset = Enrollment.objects.none()
    permission_classes = [HasScope]
    scope = TokenScope.LEARNING_READ

    @extend_schema(
        summary="List my seats",
        description="Seats of the person whose token it is, newest first, also those that ended.",
        tags=["courses"],
        responses=EnrollmentSerializer(many=True),
    )
    def get(self, request: Request) -> Response:
        page = self.paginate_queryset(self._mine(request))
        return self.get_paginated_response(self.get_serializer(page, many=True).data)

    def _mine(self, request: Request) -> QuerySet[Enrollment]:
        seats = Enrollment.objects.of_person(request.user).select_related("cohort__course")
        return seats.order_by("-created_at", "-pk")
