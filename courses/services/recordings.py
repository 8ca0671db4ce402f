"""The recording of a class becomes a lesson that its lecturers then write on and publish."""

from collections.abc import Mapping
from typing import BinaryIO

from django.db import transaction

from accounts.models import User
from courses.errors import NothingRecorded
from courses.models import ClassSession, Course, Lesson, Module
from courses.services import files
from courses.services.desk import add_lesson
from courses.services.locks import lock_course
from courses.services.log import record


def make_recording_lesson(
    *,
    session: ClassSession,
    by: User,
    url: str = "",
    file: BinaryIO | None = None,
    file_name: str = "",
) -> Lesson:
    """A draft at the end of the course's last module, named after the class, with the recording's
    link or file. A second time adds to the draft that is there. The file is stored first, and
    outside the transaction. Raises NothingRecorded, FileTooLarge, FileNotAccepted, ChapterFull."""
    if not url and file is None:
        raise NothingRecorded
    course = session.cohort.course
    stored = None
    if file is not None:
        stored = files.store_file(chapter=course.chapter, name=file_name, file=file)
    with transaction.atomic():
        lesson = _draft(session, course, by, url, stored.name if stored else "")
        if stored:
            files.attach_file(lesson=lesson, by=by, name=stored.name, blob=stored.blob)
    return lesson


def _draft(session: ClassSession, course: Course, by: User, url: str, name: str) -> Lesson:
    lock_course(course)
    current = ClassSession.objects.select_related("recording_lesson").get(pk=session.pk)
    lesson = current.recording_lesson
    if lesson is None or lesson.deleted_at:
        lesson = add_lesson(
            module=_last_module(course),
            titles=_titles(session),
            bodies=_bodies(session, url, name),
            by=by,
        )
        record(course=course, by=by, action="recording_added", target=session.title)
    current.recording_lesson, current.recording_url = lesson, url or current.recording_url
    current.save(update_fields=["recording_lesson", "recording_url"])
    lesson.course = course
    return lesson


def _titles(session: ClassSession) -> dict[str, str]:
    titles = {"zh-hans": session.title_zh_hans, "en": session.title_en}
    return {language: title for language, title in titles.items() if title}


def _bodies(session: ClassSession, url: str, name: str) -> Mapping[str, str]:
    """A link alone in its paragraph becomes a player where the host is a known one, and so does a
    file of the lesson."""
    return {
        language: "\n\n".join(filter(None, [url, name and f"[{title}]({name})"])) + "\n"
        for language, title in _titles(session).items()
    }


def _last_module(course: Course) -> Module:
    module = course.modules.last()
    return module or Module.objects.create(
        course=course, title_zh_hans="课堂录播", title_en="Recordings"
    )
