"""JSON values that know their place in the file."""

import json
from collections.abc import Iterator

from django.utils.translation import gettext as _

from events.schedules.parsed import ScheduleError


class Node:
    """A value inside a JSON document and its place, such as `sessions[12].zh.title`.

    What is missing or of another kind reads as empty, so that a reader asks only for what it needs.
    """

    __slots__ = ("place", "value")

    def __init__(self, value: object, place: str = "") -> None:
        self.value = value
        self.place = place

    def __getitem__(self, key: str) -> "Node":
        value = self.value.get(key) if isinstance(self.value, dict) else None
        return Node(value, f"{self.place}.{key}" if self.place else key)

    def __bool__(self) -> bool:
        return self.value is not None

    @property
    def is_list(self) -> bool:
        return isinstance(self.value, list)

    @property
    def is_object(self) -> bool:
        return isinstance(self.value, dict)

    def items(self) -> Iterator["Node"]:
        if isinstance(self.value, list):
            for index, value in enumerate(self.value):
                yield Node(value, f"{self.place}[{index}]")

    def fields(self) -> Iterator[tuple[str, "Node"]]:
        if isinstance(self.value, dict):
            for key, value in self.value.items():
                yield key, Node(value, f'{self.place}["{key[:80]}"]')

    def text(self) -> str:
        """A string as it is, a number in digits, else empty."""
        if isinstance(self.value, bool) or not isinstance(self.value, str | int | float):
            return ""
        return str(self.value)

    def called(self, title: str) -> str:
        """The place with the entry's title, for a person who searches the file."""
        return f'{self.place} "{title[:80]}"' if title else self.place


def load_json(text: str) -> Node:
    """Raises ScheduleError for what is no JSON, saying the line and column."""
    try:
        return Node(json.loads(text))
    except json.JSONDecodeError as error:
        place = _("line %(line)d, column %(column)d") % {
            "line": error.lineno,
            "column": error.colno,
        }
        raise ScheduleError(_("The file is not valid JSON: %s.") % error.msg, place=place) from None
    except RecursionError:
        raise ScheduleError(_("The file is nested too deeply.")) from None
    except ValueError:
        raise ScheduleError(_("The file has a number that is too long.")) from None
