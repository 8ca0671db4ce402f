"""Read form-encoded parameters the way Stripe does: typed, named in errors, none left over."""

import re
from collections.abc import Collection, Iterable
from typing import Any, NoReturn, Self
from urllib.parse import urlsplit

from sandbox.errors import InvalidParameter

Tree = dict[str, Any]
KEY = re.compile(r"[^\[\]]+")
METADATA_KEYS, METADATA_KEY_LENGTH, METADATA_LENGTH = 50, 40, 500


def nest(pairs: Iterable[tuple[str, str]]) -> Tree:
    """`a[b][0]=c` → `{"a": {"b": {"0": "c"}}}`; `a[]=x` counts up by itself."""
    tree: Tree = {}
    for index, (name, value) in enumerate(pairs):
        *way, last = KEY.findall(name.replace("[]", f"[+{index}]")) or [name]
        branch = tree
        for step in way:
            branch = branch.setdefault(step, {})
            if not isinstance(branch, dict):
                raise InvalidParameter(f"Invalid parameter: {name}", param=name)
        branch[last] = value
    return tree


class Params:
    """One level of parameters; each reading takes the value away, `finish` wants none left."""

    def __init__(self, tree: Tree, path: str = "") -> None:
        self._tree = dict(tree)
        self._path = path
        self._children: list[Params] = []

    def text(
        self,
        name: str,
        *,
        is_required: bool = False,
        choices: Collection[str] = (),
        longest: int = 5000,
    ) -> str:
        value = self._tree.pop(name, None)
        if value is None:
            if is_required:
                self._fail(f"Missing required param: {self.path(name)}.", name, "missing")
            return ""
        if not isinstance(value, str):
            self._fail("Invalid string", name, "invalid_string")
        if is_required and not value.strip():
            self._fail(f"You passed an empty string for '{name}'.", name, "invalid_empty")
        if len(value) > longest:
            self._fail(f"Invalid string: at most {longest} characters", name, "invalid_string")
        if value and choices and value not in choices:
            known = ", ".join(sorted(choices))
            self._fail(f"Invalid {self.path(name)}: must be one of {known}", name, "")
        return value

    def integer(
        self, name: str, *, is_required: bool = False, least: int = 0, most: int = 2**53
    ) -> int | None:
        value = self.text(name, is_required=is_required)
        if not value:
            return None
        if not re.fullmatch(r"-?\d{1,16}", value, re.ASCII):
            self._fail(f"Invalid integer: {value[:40]}", name, "invalid_integer")
        if not least <= int(value) <= most:
            self._fail(f"Invalid integer: {value} is out of range", name, "invalid_integer")
        return int(value)

    def url(self, name: str, *, is_required: bool = False) -> str:
        value = self.text(name, is_required=is_required)
        parts = urlsplit(value)
        if value and (parts.scheme not in {"http", "https"} or not parts.netloc):
            raise InvalidParameter("Not a valid URL", code="url_invalid", param=self.path(name))
        return value

    def holds_text(self, name: str) -> bool:
        return isinstance(self._tree.get(name), str)

    def group(self, name: str) -> "Params":
        value = self._tree.pop(name, None)
        if value and not isinstance(value, dict):
            self._fail("Invalid hash", name, "invalid_hash")
        child = Params(value or {}, self.path(name))
        self._children.append(child)
        return child

    def groups(self, name: str) -> list["Params"]:
        """A list of hashes, in their order."""
        holder = self.group(name)
        return [holder.group(step) for step in list(holder._tree)]

    def texts(self, name: str, *, choices: Collection[str] = ()) -> list[str]:
        """A list of strings, in their order."""
        holder = self.group(name)
        return [holder.text(step, choices=choices) for step in list(holder._tree)]

    def metadata(self, name: str = "metadata") -> dict[str, str]:
        values = self.group(name).take_all()
        if len(values) > METADATA_KEYS:
            self._fail(f"Metadata can have at most {METADATA_KEYS} keys", name, "")
        for key, value in values.items():
            if not isinstance(value, str) or len(value) > METADATA_LENGTH:
                self._fail(f"Metadata values: at most {METADATA_LENGTH} characters", name, "")
            if len(key) > METADATA_KEY_LENGTH:
                self._fail(f"Metadata keys: at most {METADATA_KEY_LENGTH} characters", name, "")
        return {key: value for key, value in values.items() if value}

    def take_all(self) -> Tree:
        tree, self._tree = self._tree, {}
        return tree

    def finish(self) -> Self:
        """Refuse what nobody read."""
        for name in self._tree:
            self._fail(f"Received unknown parameter: {self.path(name)}", name, "unknown")
        for child in self._children:
            child.finish()
        return self

    def path(self, name: str) -> str:
        return f"{self._path}[{name}]" if self._path else name

    def _fail(self, message: str, name: str, code: str) -> NoReturn:
        code = f"parameter_{code}" if code else ""
        raise InvalidParameter(message, code=code, param=self.path(name))
