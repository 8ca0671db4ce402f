"""The schema as a page for people shows it: sections of operations, with examples."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import groupby
from typing import Any

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from api.schema import api_schema

JSON = "application/json"
SECTIONS = {
    "events": _("Events"),
    "tickets": _("Ticket types"),
    "orders": _("Orders"),
    "courses": _("Courses"),
    "door": _("Door and attendees"),
    "devices": _("Phones at the door"),
}
SAMPLES = {
    "id": "k3v9w2m8q4x7p",
    "slug": "zero-knowledge-night",
    "lesson_slug": "what-a-proof-is",
    "ticket_type": "k3v9w2m8q4x7p",
    "holder_name": "林晓舟",
    "name": "Lin Xiaozhou",
    "reference": "K7M3PQ4X",
    "label": "K7M3PQ4X-1",
    "code": "K7M3PQ4X-1",
    "qr": "C1:6BFOXN…",
    "gate": "A",
    "time_zone": "Asia/Shanghai",
    "event": "zero-knowledge-night",
    "course": "zero-knowledge-first-steps",
    "country": "CN",
    "hash": "65f2f47bca3982b346845786",
    "token": "k3v9w-2m8q4-x7pab-cdefg",
    "secret": "d1_…",
}
VALUES = {
    "uri": "https://example.org/",
    "uuid": "7d0f7c1e-5b1c-4b57-9a53-3f4f0d7b7c11",
    "date-time": "2026-05-10T06:00:00Z",
    "email": "lin@example.com",
}
TOKEN = "c1_…"  # noqa: S105  what stands for one
SECRET = "d1_…"  # noqa: S105  and for a paired phone's


@dataclass(frozen=True)
class Field:
    """`name` is a path: `tickets[].holder_name`."""

    name: str
    kind: str
    text: str
    is_required: bool


@dataclass(frozen=True)
class Answer:
    status: str
    text: str


@dataclass(frozen=True)
class Operation:
    anchor: str
    method: str
    path: str
    summary: str
    text: str
    scope: str
    is_token_optional: bool
    parameters: list[Field]
    body: list[Field]
    result: list[Field]
    answers: list[Answer]
    curl: str
    example: str


@dataclass(frozen=True)
class Section:
    anchor: str
    title: str | Promise
    operations: list[Operation]


@cache
def reference() -> list[Section]:
    schema = api_schema()
    found = [
        (operation["tags"][0], _operation(schema, path, method, operation))
        for path, methods in schema["paths"].items()
        for method, operation in methods.items()
    ]
    return [
        Section(tag, SECTIONS[tag], [operation for _tag, operation in group])
        for tag, group in groupby(found, key=lambda pair: pair[0])
    ]


def _operation(schema: dict, path: str, method: str, given: dict) -> Operation:
    security = [names for need in given["security"] for names in need.values()]
    body = _content(schema, given.get("requestBody", {}))
    status, good = next(iter(given["responses"].items()))
    result = _content(schema, good)
    return Operation(
        anchor=given["operationId"],
        method=method.upper(),
        path=path,
        summary=given["summary"],
        text=given["description"],
        scope=next((scope for scopes in security for scope in scopes), ""),
        is_token_optional={} in given["security"],
        parameters=[_parameter(schema, parameter) for parameter in given.get("parameters", [])],
        body=list(_fields(schema, body)),
        result=list(_fields(schema, result)),
        answers=[
            Answer(code, answer["description"]) for code, answer in given["responses"].items()
        ],
        curl=_curl(schema, path, method, given),
        example=_pretty(example_of(schema, result)) if result else status,
    )


def _content(schema: dict, part: dict) -> dict:
    return _resolved(schema, part.get("content", {}).get(JSON, {}).get("schema", {}))


def _resolved(schema: dict, part: dict) -> dict:
    """What a reference means, with what stands beside it (or in allOf, oneOf)."""
    beside = {key: value for key, value in part.items() if key not in {"$ref", "allOf", "oneOf"}}
    for inner in [part, *part.get("allOf", []), *part.get("oneOf", [])]:
        if "$ref" in inner:
            name = inner["$ref"].rpartition("/")[2]
            return {**schema["components"]["schemas"][name], **beside}
    return {**part.get("oneOf", [{}])[0], **beside}


def _parameter(schema: dict, given: dict) -> Field:
    kind = _kind(_resolved(schema, given["schema"]))
    return Field(
        given["name"], kind, given.get("description", ""), is_required=given.get("required", False)
    )


def _fields(schema: dict, part: dict, path: str = "") -> Iterator[Field]:
    for name, given in part.get("properties", {}).items():
        inner = _resolved(schema, given)
        item = _resolved(schema, inner.get("items", {}))
        text = given.get("description") or inner.get("description", "")
        is_required = name in part.get("required", [])
        yield Field(path + name, _kind(inner), text, is_required)
        if "example" not in inner:
            yield from _fields(schema, inner, f"{path}{name}.")
            yield from _fields(schema, item, f"{path}{name}[].")


def _kind(given: dict) -> str:
    if values := given.get("enum"):
        return " | ".join(str(value) for value in values if value is not None)
    return " | ".join(
        str(given.get("format", kind)) if kind == "string" else kind for kind in _types(given)
    )


def _types(given: dict) -> list[str]:
    types = given.get("type", "object")
    return types if isinstance(types, list) else [types]


def example_of(schema: dict, given: dict, name: str = "") -> Any:
    """A value that the schema allows, and that a person would believe."""
    given = _resolved(schema, given)
    for known in (given.get("example"), given.get("default")):
        if known:
            return known
    if values := given.get("enum"):
        return values[0]
    if "properties" in given:
        return {key: example_of(schema, inner, key) for key, inner in given["properties"].items()}
    kind = _types(given)[0]
    if kind == "array":
        return [example_of(schema, given["items"], name)]
    plain = {"integer": given.get("minimum", 1), "boolean": True, "object": {}}
    if kind in plain:
        return plain[kind]
    return VALUES.get(given.get("format", "")) or SAMPLES.get(name, "…")


def _curl(schema: dict, path: str, method: str, given: dict) -> str:
    address = path
    lines = []
    for parameter in given.get("parameters", []):
        value = str(example_of(schema, parameter["schema"], parameter["name"]))
        if parameter["in"] == "path":
            address = address.replace(f"{{{parameter['name']}}}", value)
        elif parameter["in"] == "header":
            lines.append(f"-H '{parameter['name']}: {VALUES['uuid']}'")
    if {} not in given["security"]:
        secret = SECRET if {"device": []} in given["security"] else TOKEN
        lines.insert(0, f"-H 'Authorization: Bearer {secret}'")
    if "requestBody" in given:
        content = _content(schema, given["requestBody"])
        body = {
            name: example_of(schema, inner, name)
            for name, inner in content["properties"].items()
            if name in content.get("required", [])
        }
        lines += [f"-H 'Content-Type: {JSON}'", f"-d '{_pretty(body)}'"]
    verb = "" if method == "get" else f" -X {method.upper()}"
    return " \\\n  ".join([f"curl{verb} {settings.SITE_URL}{address}", *lines])


def _pretty(value: Any) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False)
