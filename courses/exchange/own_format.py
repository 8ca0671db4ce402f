"""Our own folder of a course, as docs/course-folder.md describes it: read here, written by
services/exports.py."""

import posixpath
import re

from django.utils.translation import gettext as _

from courses.exchange import yaml_text
from courses.exchange.collect import Collector, check_length, key_of
from courses.exchange.fields import Fields
from courses.exchange.markup import front_matter
from courses.exchange.parsed import (
    LANGUAGES,
    MAX_LESSONS,
    Body,
    CourseUnreadable,
    ParsedCourse,
    ParsedFile,
    ParsedLesson,
    ParsedModule,
)
from courses.exchange.sources import Source
from courses.models import CourseLevel, ReleaseRule

COURSE, LESSON = "course.yaml", "lesson.yaml"
FORMAT = "chainone-course/1"
TEXTS = {
    "title": 160,
    "summary": 240,
    "description": 100_000,
    "audience": 100_000,
    "outcomes": 100_000,
}
ID_LENGTH = 200
TITLE_LENGTH = 200
NAME_LENGTH = 160
SMALL_NUMBER = 32_767

_slug = re.compile(r"[-a-zA-Z0-9_]{1,80}")


def is_own(source: Source) -> bool:
    return COURSE in source.files


def read_own(source: Source) -> ParsedCourse:
    return _Reader(source).read()


def text_path(slug: str, language: str) -> str:
    return f"lessons/{slug}/{language}.md"


def is_reserved(name: str) -> bool:
    """A name in a lesson's folder that is not a file of the lesson."""
    return name.casefold() in {LESSON, *(f"{language}.md" for language in LANGUAGES)}


class _Reader:
    def __init__(self, source: Source) -> None:
        self.source = source
        self.collector = Collector(source)
        self.fields = self._fields(COURSE)
        if (stated := self.fields.text("format", limit=80)) != FORMAT:
            reason = _("“%(stated)s” is not a format that is read; %(known)s is.")
            raise CourseUnreadable(reason % {"stated": stated, "known": FORMAT}, place=COURSE)
        self.keys: dict[str, str] = {}
        self.folders: dict[str, list[str]] = {}
        for path in sorted(source.files):
            if path.startswith("lessons/"):
                self.folders.setdefault(path.split("/")[1], []).append(path)

    def _fields(self, path: str) -> Fields:
        self.collector.used.add(path)
        return Fields.of(self.source, path)

    def read(self) -> ParsedCourse:
        fields = self.fields
        key = fields.text("id", limit=ID_LENGTH)
        texts = {name: fields.texts(name, limit=limit) for name, limit in TEXTS.items()}
        if not texts["title"]:
            raise CourseUnreadable(_("The course has no title."), place=COURSE)
        settings = {
            "level": fields.choice("level", CourseLevel.values, default=CourseLevel.BEGINNER),
            "completion_percent": fields.number("completion_percent", low=1, high=100, default=100),
        }
        cover = self._cover(fields.text("cover", limit=NAME_LENGTH))
        modules = self._modules(list(fields.each("modules")))
        self._report_unread(fields)
        self.collector.report_unused()
        return ParsedCourse(
            kind="own",
            key=key,
            texts=texts,
            settings=settings,
            cover=cover,
            modules=modules,
            skipped=tuple(self.collector.skipped),
            is_whole=True,
        )

    def _cover(self, path: str) -> str:
        if path and path not in self.source.files:
            raise CourseUnreadable(_("Its file is not there: %s.") % path, place=f"{COURSE}: cover")
        self.collector.used.add(path)
        return path

    def _report_unread(self, fields: Fields) -> None:
        for name in fields.unread:
            self.collector.skip(f"{fields.place}: {name[:80]}", _("this is not known here"))

    def _modules(self, listed: list[Fields]) -> tuple[ParsedModule, ...]:
        """Ids of all lessons first, since any may need any other."""
        contents = [(module, self._slugs(module)) for module in listed]
        lessons = {slug: self._lesson_fields(slug) for _module, slugs in contents for slug in slugs}
        for slug, fields in lessons.items():
            self._take_key(
                slug, fields.text("id", limit=ID_LENGTH, default=slug) if fields else slug
            )
        modules = tuple(
            self._module(module, tuple(self._lesson(slug, lessons[slug]) for slug in slugs))
            for module, slugs in contents
        )
        if len({module.key for module in modules}) < len(modules):
            raise CourseUnreadable(_("Two modules have the same id."), place=COURSE)
        return modules

    def _slugs(self, module: Fields) -> list[str]:
        slugs = module.strings("lessons")
        for slug in slugs:
            place = f"{module.place}: “{slug[:80]}”"
            if not _slug.fullmatch(slug):
                raise CourseUnreadable(
                    _("A lesson's folder may have letters from A to Z, digits, “-” and “_”."),
                    place=place,
                )
            if slug in self.keys:
                raise CourseUnreadable(_("This lesson stands in the course twice."), place=place)
            if len(self.keys) == MAX_LESSONS:
                raise CourseUnreadable(_("There are more than %d lessons.") % MAX_LESSONS)
            if slug not in self.folders:
                raise CourseUnreadable(_("There is no folder of this lesson."), place=place)
            self.keys[slug] = ""
        return slugs

    def _lesson_fields(self, slug: str) -> Fields | None:
        path = f"lessons/{slug}/{LESSON}"
        return self._fields(path) if path in self.source.files else None

    def _take_key(self, slug: str, key: str) -> None:
        if key in self.keys.values():
            raise CourseUnreadable(
                _("Another lesson has the same id: %s.") % key, place=f"lessons/{slug}/{LESSON}"
            )
        self.keys[slug] = key

    def _module(self, fields: Fields, lessons: tuple[ParsedLesson, ...]) -> ParsedModule:
        title = fields.texts("title", limit=TEXTS["title"])
        if not title:
            raise CourseUnreadable(_("The module has no title."), place=fields.place)
        key = fields.text("id", limit=ID_LENGTH) or key_of(next(iter(title.values())))
        self._report_unread(fields)
        return ParsedModule(key, title, lessons)

    def _lesson(self, slug: str, stated: Fields | None) -> ParsedLesson:
        fields = stated or Fields({}, f"lessons/{slug}")
        fields.text("id", limit=ID_LENGTH)
        settings = self._settings(fields)
        files = self._files(slug, list(fields.each("files")))
        bodies = {
            language: self._body(text_path(slug, language), slug)
            for language in LANGUAGES
            if text_path(slug, language) in self.source.files
        }
        self._report_unread(fields)
        return ParsedLesson(self.keys[slug], slug, bodies, files, settings)

    def _body(self, path: str, slug: str) -> Body:
        head, text = front_matter(self.collector.text(path))
        fields = Fields(yaml_text.load(head, place=path), path)
        title = fields.text("title", limit=TITLE_LENGTH, default=slug)
        self._report_unread(fields)
        check_length(text, place=path)
        return Body(title, text)

    def _settings(self, fields: Fields) -> dict[str, object]:
        release = fields.choice("release", ReleaseRule.values, default=ReleaseRule.AT_ONCE)
        release_at = fields.instant("release_at")
        release_days = fields.number("release_days", low=0, high=SMALL_NUMBER)
        release_class = fields.number("release_class", low=1, high=SMALL_NUMBER)
        by_days = release in (ReleaseRule.AFTER_START, ReleaseRule.AFTER_ENROLLMENT)
        if (
            (release == ReleaseRule.ON_DATE) != (release_at is not None)
            or by_days != (release_days is not None)
            or (release == ReleaseRule.AFTER_CLASS) != (release_class is not None)
        ):
            reason = _(
                "A release on a date needs release_at, one after days release_days, one after a"
                " class release_class."
            )
            raise CourseUnreadable(reason, place=f"{fields.place}: release")
        return {
            "is_preview": fields.flag("preview", default=False),
            "is_required": fields.flag("required", default=True),
            "minutes": fields.number("minutes", low=0, high=SMALL_NUMBER),
            "release": release,
            "release_at": release_at,
            "release_days": release_days,
            "release_class": release_class,
            "needs": self._needs(fields),
        }

    def _needs(self, fields: Fields) -> tuple[str, ...]:
        needs = fields.strings("needs")
        for slug in needs:
            if slug not in self.keys:
                reason = _("There is no lesson “%s” in this course.") % slug[:80]
                raise CourseUnreadable(reason, place=f"{fields.place}: needs")
        return tuple(dict.fromkeys(self.keys[slug] for slug in needs))

    def _files(self, slug: str, listed: list[Fields]) -> tuple[ParsedFile, ...]:
        """Those that lesson.yaml lists, in its order, then all others of the folder."""
        files = [self._file(slug, fields) for fields in listed]
        taken = {file.path for file in files}
        folder = f"lessons/{slug}/"
        for path in self.folders[slug]:
            name = path.removeprefix(folder)
            if "/" not in name and path not in taken and not is_reserved(name):
                files.append(ParsedFile(name, path))
        self.collector.used.update(file.path for file in files)
        if len({(file.name, file.language) for file in files}) < len(files):
            raise CourseUnreadable(_("Two files have the same name."), place=f"{folder}{LESSON}")
        return tuple(files)

    def _file(self, slug: str, fields: Fields) -> ParsedFile:
        name = fields.text("name", limit=NAME_LENGTH)
        path = posixpath.join(f"lessons/{slug}", fields.text("path", limit=1_000) or name)
        if not name or path not in self.source.files or is_reserved(path.rpartition("/")[2]):
            raise CourseUnreadable(_("Its file is not there: %s.") % path, place=fields.place)
        file = ParsedFile(
            name=name,
            path=path,
            language=fields.choice("language", list(LANGUAGES), default=""),
            title=fields.text("title", limit=TITLE_LENGTH),
            captions_of=fields.text("captions_of", limit=NAME_LENGTH),
        )
        self._report_unread(fields)
        return file
