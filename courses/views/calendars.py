"""A course's classes to subscribe to: when and where they are, and no way in."""

import hashlib
from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone, translation
from django.utils.cache import get_conditional_response
from django.utils.http import quote_etag
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from courses.calendars import course_calendar
from courses.models import ClassSession, ClassSessionQuerySet, Course

KEEPS_PAST = timedelta(days=90)
MOST = 1000
CACHED = timedelta(days=1)
CONTENT_TYPE = "text/calendar; charset=utf-8"
# What a calendar shows of a class: when one of these changes, so does the feed
SHOWN = ("pk", "sequence", "title_zh_hans", "title_en", "cancel_reason", "event__venue__name")


@require_safe
def course_feed(request: HttpRequest, slug: str) -> HttpResponse:
    """Classes of all runs of a published course, in `?language=` or the reader's. An unchanged one
    costs two queries and answers 304."""
    course = get_object_or_404(Course.objects.published().select_related("chapter"), slug=slug)
    sessions = ClassSession.objects.filter(cohort__course=course)
    sessions = sessions.filter(ends_at__gt=timezone.now() - KEEPS_PAST)[:MOST]
    asked = request.GET.get("language")
    language = asked if asked in dict(settings.LANGUAGES) else get_language() or ""
    with translation.override(language):
        digest = _digest(course, sessions, language)
        etag = quote_etag(digest)
        response = get_conditional_response(request, etag=etag)
        if response is None:
            response = HttpResponse(_body(digest, course, sessions), CONTENT_TYPE)
    response["ETag"] = etag
    response["Cache-Control"] = "public, max-age=300"
    return response


def _digest(course: Course, sessions: ClassSessionQuerySet, language: str) -> str:
    shown = (language, course.title, settings.SITE_URL, list(sessions.values_list(*SHOWN)))
    return hashlib.sha256(repr(shown).encode()).hexdigest()[:32]


def _body(digest: str, course: Course, sessions: ClassSessionQuerySet) -> bytes:
    key = f"courses:feed:{digest}"
    body: bytes | None = cache.get(key)
    if body is None:
        found = sessions.select_related("cohort__course", "event__venue")
        zone, stamp = course.chapter.time_zone, datetime.now(UTC)
        body = course_calendar(found, name=course.title, time_zone=zone, stamp=stamp)
        cache.set(key, body, CACHED.total_seconds())
    return body
