"""A lesson of The Carpentries (their Workbench): config.yaml, episodes/, learners/, index.md."""

from django.utils.translation import gettext as _, override

from courses.exchange import yaml_text
from courses.exchange.carpentries_markup import lesson_markdown
from courses.exchange.collect import Collector, Draft, key_of
from courses.exchange.markup import front_matter
from courses.exchange.names import (
    is_about_project,
    is_markdown,
    language_code,
    natural,
    title_of_name,
)
from courses.exchange.parsed import (
    CourseUnreadable,
    ParsedCourse,
    ParsedModule,
    language_of,
)
from courses.exchange.sources import Source

CONFIG = "config.yaml"
SETUP = "learners/setup.md"
# (key of the module, its pages): before the episodes, and after
INSTRUCTORS = ("instructors/", "profiles/")


def is_carpentries(source: Source) -> bool:
    if CONFIG not in source.files or not any(path.startswith("episodes/") for path in source.files):
        return False
    return "carpentry" in yaml_text.load(source.text(CONFIG), place=CONFIG)


def read_carpentries(source: Source) -> ParsedCourse:
    return _Reader(source).read()


class _Reader:
    def __init__(self, source: Source) -> None:
        self.source = source
        self.collector = Collector(source)
        self.config = yaml_text.load(self.collector.text(CONFIG), place=CONFIG)
        self.links = self.collector.text("links.md") if "links.md" in source.files else ""
        self.episodes = self._pages("episodes")
        if not self.episodes:
            raise CourseUnreadable(_("There is no episode in it."), skipped=self.collector.skipped)
        self.language = self._language()

    def read(self) -> ParsedCourse:
        learners = self._pages("learners")
        parts = {
            "setup": [path for path in learners if path == SETUP],
            "episodes": self.episodes,
            "learners": [path for path in learners if path != SETUP],
        }
        drafts = {path: self._draft(path) for part in parts.values() for path in part}
        modules = tuple(
            ParsedModule(
                key,
                {self.language: self._module_title(key)},
                tuple(self.collector.lesson(drafts[path]) for path in part),
            )
            for key, part in parts.items()
            if part
        )
        title = self._setting("title") or title_of_name(self.source.name)
        description = self._description()
        self._report_left_out()
        return ParsedCourse(
            kind="carpentries",
            key=key_of(self._setting("source") or self._setting("url") or title),
            texts={"title": {self.language: title}, "description": {self.language: description}},
            modules=modules,
            skipped=tuple(self.collector.skipped),
        )

    def _setting(self, name: str) -> str:
        value = self.config.get(name)
        return " ".join(value.split()) if isinstance(value, str) else ""

    def _language(self) -> str:
        """Of `lang`, which may be one that we do not have: then by what is written."""
        stated = self._setting("lang")
        named = language_code(stated)
        if stated and not named:
            self.collector.skip(CONFIG, _("the language “%s” is not one of ours") % stated)
        return named or language_of(self.source.text(self.episodes[0]))

    def _pages(self, folder: str) -> list[str]:
        """As config.yaml orders them, else all by name."""
        listed = self.config.get(folder)
        if isinstance(listed, list) and listed:
            return [path for name in listed if (path := self._listed(f"{folder}/{name}"))]
        pages = (path for path in self.source.files if is_markdown(path))
        return sorted((path for path in pages if path.startswith(f"{folder}/")), key=natural)

    def _listed(self, path: str) -> str:
        if path in self.source.files and is_markdown(path):
            return path
        self.collector.skip(CONFIG, _("it lists “%s”, which is not there as Markdown") % path[:200])
        return ""

    def _draft(self, path: str) -> Draft:
        key = key_of(path)
        name = path.rpartition(".")[0]
        draft = self.collector.draft(key, name, path)
        self.collector.lead(path, key)
        head, body = front_matter(self.collector.text(path))
        stated = yaml_text.load(head, place=path)
        title = stated.get("title")
        title = " ".join(title.split()) if isinstance(title, str) else ""
        draft.add(
            self.language,
            title=title or title_of_name(name),
            text=self._markdown(body, path, head),
            base=path,
        )
        minutes = _minutes(stated.get("teaching")) + _minutes(stated.get("exercises"))
        if minutes:
            draft.settings["minutes"] = minutes
        return draft

    def _markdown(self, body: str, path: str, head: str) -> str:
        first_line = head.count("\n") + 2 if head else 0

        def report(line: int, reason: str) -> None:
            place = _("%(path)s, line %(line)d") % {"path": path, "line": line + first_line}
            self.collector.skip(place, reason)

        text = lesson_markdown(body, report).strip("\n") + "\n"
        return f"{text}\n{self.links}" if self.links else text

    def _module_title(self, key: str) -> str:
        with override(self.language):
            return {"setup": _("Before you start"), "episodes": _("Episodes")}.get(
                key, _("For learners")
            )

    def _description(self) -> str:
        """What index.md says, with where the lesson comes from and its license."""
        text = ""
        if "index.md" in self.source.files:
            body = front_matter(self.collector.text("index.md"))[1]
            text = self.collector.description(self._markdown(body, "index.md", ""), "index.md")
        with override(self.language):
            origin = [
                _("Source: %s") % f"<{self._setting('source')}>" if self._setting("source") else "",
                _("License: %s") % self._setting("license") if self._setting("license") else "",
            ]
        return "\n\n".join(filter(None, [text.strip(), "\n".join(filter(None, origin))])) + "\n"

    def _report_left_out(self) -> None:
        for path in self.source.files:
            if path.startswith(INSTRUCTORS) and is_markdown(path):
                self.collector.skip(path, _("for instructors, not for learners"))
                self.collector.used.add(path)
            elif is_about_project(path):
                self.collector.skip(path, _("about the project, not a lesson"))
                self.collector.used.add(path)
        self.collector.report_unused()


def _minutes(value: object) -> int:
    return min(int(value), 10_000) if isinstance(value, str) and value.isdecimal() else 0
