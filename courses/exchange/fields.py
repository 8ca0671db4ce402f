"""Values of a YAML file that know their place in it, and say what is wrong with them."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from django.utils.translation import gettext as _

from courses.exchange import yaml_text
from courses.exchange.parsed import LANGUAGES, CourseUnreadable
from courses.exchange.sources import Source


class Fields:
    """A mapping read key by key; `unread` are the keys that nobody asked for."""

    def __init__(self, values: dict[str, Any], place: str) -> None:
        self.place = place
        self._values = values
        self._asked: set[str] = set()

    @classmethod
    def of(cls, source: Source, path: str) -> "Fields":
        return cls(yaml_text.load(source.text(path), place=path), path)

    @property
    def unread(self) -> list[str]:
        return [key for key in self._values if key not in self._asked]

    def _get(self, key: str) -> Any:
        self._asked.add(key)
        return self._values.get(key)

    def _wrong(self, key: str, reason: str) -> CourseUnreadable:
        return CourseUnreadable(reason, place=f"{self.place}: {key}")

    def text(self, key: str, *, limit: int, default: str = "") -> str:
        value = self._get(key)
        if value is None:
            return default
        if not isinstance(value, str):
            raise self._wrong(key, _("This is not a text."))
        if len(value) > limit:
            raise self._wrong(key, _("It has more than %d characters.") % limit)
        return value

    def texts(self, key: str, *, limit: int) -> dict[str, str]:
        """By language. Languages that are not ours are refused, so that none gets lost."""
        value = self._get(key)
        if value in (None, ""):
            return {}
        if not isinstance(value, dict) or not set(value) <= set(LANGUAGES):
            reason = _("Write it by language: %s.") % ", ".join(LANGUAGES)
            raise self._wrong(key, reason)
        inner = Fields(value, f"{self.place}: {key}")
        return {language: text for language in value if (text := inner.text(language, limit=limit))}

    def number(self, key: str, *, low: int, high: int, default: int | None = None) -> int | None:
        value = self._get(key)
        if value in (None, ""):
            return default
        is_number = isinstance(value, str) and len(value) <= 10 and value.isascii()
        if is_number and value.isdecimal() and low <= int(value) <= high:
            return int(value)
        reason = _("This is not a whole number from %(low)d to %(high)d.")
        raise self._wrong(key, reason % {"low": low, "high": high})

    def flag(self, key: str, *, default: bool) -> bool:
        value = self._get(key)
        if value in (None, ""):
            return default
        if value not in ("true", "false"):
            raise self._wrong(key, _("Write true or false."))
        return bool(value == "true")

    def choice(self, key: str, choices: list[str], *, default: str) -> str:
        value = self._get(key)
        if value in (None, ""):
            return default
        if value not in choices:
            raise self._wrong(key, _("It must be one of: %s.") % ", ".join(choices))
        return str(value)

    def instant(self, key: str) -> datetime | None:
        value = self._get(key)
        if value in (None, ""):
            return None
        try:
            moment = datetime.fromisoformat(str(value))
        except ValueError:
            moment = None
        if moment is None or moment.tzinfo is None or not 1970 <= moment.year < 2200:
            reason = _("Write a date and time with its offset, such as 2030-05-01T09:00:00+08:00.")
            raise self._wrong(key, reason)
        return moment.astimezone(UTC)

    def strings(self, key: str) -> list[str]:
        value = self._get(key)
        if value in (None, ""):
            return []
        if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
            raise self._wrong(key, _("This is not a list of names."))
        return value

    def each(self, key: str) -> Iterator["Fields"]:
        value = self._get(key)
        if value not in (None, "") and not isinstance(value, list):
            raise self._wrong(key, _("This is not a list."))
        for number, each in enumerate(value or [], start=1):
            place = f"{self.place}: {key}[{number}]"
            if not isinstance(each, dict):
                raise CourseUnreadable(_("This is no list of names and values."), place=place)
            yield Fields(each, place)
