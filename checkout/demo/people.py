"""Who is there: personas to sign in as, people who run chapters, and those who come."""

from collections.abc import Iterator
from functools import cache
from random import Random
from typing import Any, NamedTuple

from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import make_password
from django.db import transaction

from accounts.models import User
from checkout.demo import plans

PASSWORD = "chainone-demo"  # noqa: S105  printed for everybody: it opens sample data
ATTENDEE = "attendee@example.com"


class Visitor(NamedTuple):
    name: str
    email: str
    language: str
    time_zone: str


@cache
def _data() -> dict[str, Any]:
    return plans.read("people")


def sign_ins() -> str:
    personas = [row for row in _data()["people"] if "sign_in" in row]
    lines = [f"  {row['email']:24}{row['sign_in']}" for row in personas]
    return "\n".join([f"Sign in with the password {PASSWORD} as", *lines])


def roles_in(chapter: str) -> Iterator[tuple[str, list[str]]]:
    """(e-mail, roles) of those who run it."""
    for row in _data()["people"]:
        if roles := row.get("roles", {}).get(chapter):
            yield row["email"], roles


def visits() -> list[dict[str, Any]]:
    """What the attendee ordered."""
    return _data()["visits"]


def add_people() -> None:
    """Those who are not there yet. Only personas can sign in."""
    known = set(User.objects.values_list("email", flat=True))
    for row in _data()["people"]:
        if row["email"] not in known:
            _add(row)


@cache
def _hashed_password() -> str:
    """Hashing is slow on purpose: once for all personas."""
    return make_password(PASSWORD)


@transaction.atomic
def _add(row: dict[str, Any]) -> None:
    create = User.objects.create_superuser if row.get("is_admin") else User.objects.create_user
    user = create(row["email"], name=row["name"])
    if "sign_in" in row:
        user.password = _hashed_password()
        user.save(update_fields=["password"])
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)


@cache
def _pools() -> tuple[list[Visitor], list[Visitor]]:
    """Few enough that some people come again and again."""
    chinese, latin = _data()["chinese"], _data()["latin"]
    in_chinese = [
        Visitor(f"{family}{given}", f"{first}.{last}@example.com", "zh-hans", "Asia/Shanghai")
        for family, last in chinese["family"]
        for given, first in chinese["given"]
    ]
    in_latin = [
        Visitor(f"{given} {family}", f"{given}.{family}@example.com".lower(), "en", "")
        for family in latin["family"]
        for given in latin["given"]
    ]
    for pool in (in_chinese, in_latin):
        Random("people").shuffle(pool)  # noqa: S311  a story, no secret
    return in_chinese[:180], in_latin[:90]


def draw_visitors(chance: Random, count: int, *, latin: float) -> list[Visitor]:
    """`count` different people, about `latin` of them with Latin names."""
    in_chinese, in_latin = _pools()
    few = sum(chance.random() < latin for _ in range(count))
    found = chance.sample(in_latin, few) + chance.sample(in_chinese, count - few)
    chance.shuffle(found)
    return found
