"""YAML as data: every scalar a string, no tags, no anchors, no key twice, not too deep."""

import re
from typing import Any

import yaml
from django.utils.translation import gettext as _

from courses.exchange.parsed import CourseUnreadable

MAX_DEPTH = 20
MAX_LENGTH = 300_000  # some seconds


class _Loader(yaml.BaseLoader):
    """BaseLoader makes no numbers, dates or booleans: what is written is what is read."""

    depth = 0

    def compose_node(self, parent: Any, index: Any) -> Any:
        if self.check_event(yaml.AliasEvent):
            self._refuse(_("anchors and aliases are not read"))
        self.depth += 1
        if self.depth > MAX_DEPTH:
            self._refuse(_("nested too deeply"))
        node = super().compose_node(parent, index)
        self.depth -= 1
        return node

    def construct_mapping(self, node: Any, deep: bool = False) -> dict[Any, Any]:
        seen: set[str] = set()
        for key, _unused in node.value:
            if not isinstance(key.value, str) or key.value in seen:
                raise yaml.MarkedYAMLError(
                    problem=_("“%s” stands here twice") % str(key.value)[:80],
                    problem_mark=key.start_mark,
                )
            seen.add(key.value)
        return super().construct_mapping(node, deep=True)

    def _refuse(self, problem: str) -> None:
        mark = self.peek_event().start_mark
        raise yaml.MarkedYAMLError(problem=problem, problem_mark=mark)


class _Dumper(yaml.SafeDumper):
    def ignore_aliases(self, data: Any) -> bool:
        return True

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        super().increase_indent(flow, False)


# What YAML takes for ends of lines, of which its readers make others
_line_ends = re.compile("[\r\x85\u2028\u2029\ufeff]")


def _text(dumper: _Dumper, text: str) -> yaml.Node:
    """Prose of several lines as a block where YAML keeps it exactly, else in quotes."""
    lines = text.split("\n")
    fits = len(lines) > 1 and all(line == line.rstrip() for line in lines)
    style = "|" if fits and not text.startswith((" ", "\n")) else None
    style = '"' if _line_ends.search(text) else style
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


_Dumper.add_representer(str, _text)


def load(text: str, *, place: str) -> dict[str, Any]:
    """A mapping. Raises CourseUnreadable with the line for anything else."""
    if len(text) > MAX_LENGTH:
        reason = _("YAML may have %d characters at most.") % MAX_LENGTH
        raise CourseUnreadable(reason, place=place)
    try:
        value = yaml.load(text, Loader=_Loader)  # noqa: S506  it constructs only str, list, dict
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        where = _("%(path)s, line %(line)d") % {"path": place, "line": mark.line + 1 if mark else 1}
        reason = _("This is not valid YAML: %s.") % (error.problem or error.context)
        raise CourseUnreadable(reason, place=where) from None
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        reason = _("This is not valid YAML: %s.") % str(error).partition("\n")[0]
        raise CourseUnreadable(reason, place=place) from None
    if value in (None, ""):
        return {}
    if not isinstance(value, dict):
        raise CourseUnreadable(_("This is YAML, but no list of names and values."), place=place)
    return value


def dump(value: dict[str, Any]) -> str:
    """In the given order; equal values give equal bytes."""
    return yaml.dump(
        value, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=2**31, line_break="\n"
    )
