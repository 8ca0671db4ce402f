"""A folder of Markdown in one or several languages, told by names or, where those are silent,
by what is written.

Each text (with its translations) is a lesson; a folder in the root that has several texts is a
module; the root's own README tells of the course.
"""

import posixpath
import re
from collections import Counter

from django.utils.translation import gettext as _, override

from courses.exchange import yaml_text
from courses.exchange.collect import Collector, Draft, key_of
from courses.exchange.markup import front_matter, take_title
from courses.exchange.names import is_about_project, is_markdown, natural, split_path, title_of_name
from courses.exchange.parsed import (
    CourseUnreadable,
    ParsedCourse,
    ParsedModule,
    language_of,
)
from courses.exchange.sources import Source

_languages = r"(?:中文|简体中文|英文|Chinese|English|CN|EN|ZH)"
_switch_part = rf"\[?{_languages}\]?(?:\([^()\n]*\))?"
_switch = re.compile(
    rf"\A\s*{_switch_part}[ \t]*(?:[/|·•,、][ \t]*{_switch_part}[ \t]*)+\r?\n", re.IGNORECASE
)


def is_plain(source: Source) -> bool:
    return any(is_markdown(path) for path in source.files)


def read_plain(source: Source) -> ParsedCourse:
    collector = Collector(source)
    groups = _groups(collector)
    about = groups.pop("", [])
    drafts = {path: _draft(collector, path, texts) for path, texts in groups.items()}
    if not drafts and about:
        drafts, about = {"": _draft(collector, "", about)}, []
    if not drafts:
        raise CourseUnreadable(_("There is no lesson in it."), skipped=collector.skipped)
    titles, description = _about(collector, about)
    modules = _modules(collector, drafts)
    collector.report_unused()
    spoken = {language for draft in drafts.values() for language in draft.texts}
    return ParsedCourse(
        kind="markdown",
        key="",
        texts={
            "title": titles or dict.fromkeys(sorted(spoken), title_of_name(source.name)),
            "description": description,
        },
        modules=modules,
        skipped=tuple(collector.skipped),
    )


def _groups(collector: Collector) -> dict[str, list[tuple[str, str]]]:
    """(path, language of its name) of all texts by the path that translations share, in order."""
    groups: dict[str, list[tuple[str, str]]] = {}
    written: dict[str, str] = {}
    for path in sorted(filter(is_markdown, collector.source.files), key=natural):
        if is_about_project(path) and not path.casefold().startswith("readme"):
            collector.used.add(path)
            collector.skip(path, _("about the project, not a lesson"))
            continue
        shared, language = split_path(path)
        shared = written.setdefault(shared.casefold(), shared)
        groups.setdefault(shared, []).append((path, language))
    return dict(sorted(groups.items(), key=lambda item: natural(item[0])))


def _texts(collector: Collector, found: list[tuple[str, str]]) -> dict[str, tuple[str, str]]:
    """language → (path, text). What a name says comes before what a text looks like."""
    texts: dict[str, tuple[str, str]] = {}
    for path, named in sorted(found, key=lambda entry: not entry[1]):
        text = collector.text(path)
        language = named or language_of(text)
        if language in texts:
            reason = _("there is another text in this language: %s") % texts[language][0]
            collector.skip(path, reason)
        else:
            texts[language] = path, text
    return texts


def _draft(collector: Collector, shared: str, found: list[tuple[str, str]]) -> Draft:
    key = key_of(shared or "index")
    draft = collector.draft(key, shared or collector.source.name, found[0][0])
    for path, _named in found:
        collector.lead(path, key)
        if posixpath.dirname(path).casefold() == shared.casefold():
            collector.lead(posixpath.dirname(path), key)
    for language, (path, text) in _texts(collector, found).items():
        title, body = title_and_body(collector, text, place=path)
        draft.add(language, title=title, text=body, base=path)
    fallback = next(filter(None, draft.titles.values()), "") if shared == "" else ""
    for language, title in draft.titles.items():
        draft.titles[language] = title or fallback or title_of_name(shared or collector.source.name)
    return draft


def title_and_body(collector: Collector, text: str, *, place: str) -> tuple[str, str]:
    """A text without its front matter, title and the line that switches languages."""
    head, body = front_matter(text)
    stated = _stated_title(collector, head, place)
    body = _switch.sub("", body).lstrip("\r\n")
    title, rest = take_title(body)
    if stated:
        return stated, rest if title == stated else body
    return title, rest


def _stated_title(collector: Collector, head: str, place: str) -> str:
    try:
        title = yaml_text.load(head, place=place).get("title")
    except CourseUnreadable as error:
        collector.skip(place, str(error))
        return ""
    return " ".join(title.split()) if isinstance(title, str) else ""


def _about(
    collector: Collector, found: list[tuple[str, str]]
) -> tuple[dict[str, str], dict[str, str]]:
    titles, descriptions = {}, {}
    for language, (path, text) in _texts(collector, found).items():
        title, body = title_and_body(collector, text, place=path)
        descriptions[language] = collector.description(body, path)
        if title:
            titles[language] = title
    return titles, descriptions


def _modules(collector: Collector, drafts: dict[str, Draft]) -> tuple[ParsedModule, ...]:
    tops = Counter(path.partition("/")[0] for path in drafts)
    spoken = {language for draft in drafts.values() for language in draft.texts}
    parts: dict[str, list[Draft]] = {}
    for path, draft in drafts.items():
        top = path.partition("/")[0]
        parts.setdefault(top if tops[top] > 1 else "", []).append(draft)
    return tuple(
        ParsedModule(
            key_of(key or "index"),
            {
                language: title_of_name(key) if key else lessons_title(language)
                for language in spoken
            },
            tuple(map(collector.lesson, part)),
        )
        for key, part in parts.items()
    )


def lessons_title(language: str) -> str:
    """For a module that has no name in the source."""
    with override(language):
        return _("Lessons")
