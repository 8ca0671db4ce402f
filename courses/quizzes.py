"""A quiz as it was frozen, and how it is judged. Pure: it asks no database.

The only reader and writer of `QuizVersion.content`.
"""

import hashlib
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from courses.models import QuestionKind, QuizQuestion
from courses.queries.outline import LANGUAGES, best_language, digest_of

MOST_ANSWER = 500  # characters of a short text


@dataclass(frozen=True)
class Choice:
    key: str
    texts: Mapping[str, str]
    is_right: bool

    @property
    def text(self) -> str:
        return self.texts.get(best_language(self.texts), "")


@dataclass(frozen=True)
class Item:
    """One question. A value is a sorted list of the choices' keys, or a text."""

    key: str
    kind: str
    texts: Mapping[str, str]
    explanations: Mapping[str, str]
    points: int
    choices: tuple[Choice, ...]
    accepted: tuple[str, ...]

    @property
    def text(self) -> str:
        return self.texts.get(best_language(self.texts), "")

    @property
    def explanation(self) -> str:
        return self.explanations.get(best_language(self.explanations), "")

    @property
    def is_text(self) -> bool:
        return self.kind == QuestionKind.SHORT_TEXT

    @property
    def right(self) -> list[str]:
        """The keys that have to be chosen, and no others."""
        return sorted(choice.key for choice in self.choices if choice.is_right)

    def clean(self, typed: Iterable[str]) -> Any:
        """What a form or a script sent, as a value; choices that do not exist fall away."""
        sent = list(typed)
        if self.is_text:
            return " ".join(sent[:1])[:MOST_ANSWER].strip()
        known = sorted({choice.key for choice in self.choices} & set(sent))
        return known[:1] if self.kind == QuestionKind.SINGLE else known

    def is_right(self, value: Any) -> bool:
        """All that is right and nothing else; texts are compared without case, width and spaces
        that say nothing."""
        if self.is_text:
            return plain(str(value)) in {plain(text) for text in self.accepted}
        return bool(value) and list(value) == self.right

    def words(self, value: Any) -> str:
        """The value as a person reads it."""
        if self.is_text:
            return str(value)
        return ", ".join(choice.text for choice in self.choices if choice.key in value)


def plain(text: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split()).rstrip(".。")


def read(content: Mapping[str, Any]) -> tuple[Item, ...]:
    return tuple(
        Item(
            key=question["key"],
            kind=question["kind"],
            texts=question["text"],
            explanations=question["explanation"],
            points=question["points"],
            choices=tuple(
                Choice(choice["key"], choice["text"], choice["is_right"])
                for choice in question["choices"]
            ),
            accepted=tuple(question["accepted"]),
        )
        for question in content["questions"]
    )


def freeze(questions: Iterable[QuizQuestion]) -> dict[str, Any]:
    """What a version keeps of the desk; `choices` are prefetched by the caller."""
    return {
        "questions": [
            {
                "key": question.public_id,
                "kind": question.kind,
                "text": _by_language(question, "text"),
                "explanation": _by_language(question, "explanation"),
                "points": question.points,
                "accepted": list(question.accepted),
                "choices": [
                    {
                        "key": choice.public_id,
                        "text": _by_language(choice, "text"),
                        "is_right": choice.is_right,
                    }
                    for choice in question.choices.all()
                ],
            }
            for question in questions
        ]
    }


def digest(content: Mapping[str, Any]) -> str:
    return digest_of(content)


def _by_language(row: Any, field: str) -> dict[str, str]:
    texts = {code: getattr(row, f"{field}_{code.replace('-', '_')}") for code in LANGUAGES}
    return {code: text for code, text in texts.items() if text}


def shuffled(items: Iterable[Item], seed: str) -> list[Item]:
    """Questions and their choices in the order of this attempt: the same whenever it is asked."""
    ordered = sorted(items, key=lambda item: _place(seed, item.key))
    return [
        Item(
            **{
                **item.__dict__,
                "choices": tuple(sorted(item.choices, key=lambda choice: _place(seed, choice.key))),
            }
        )
        for item in ordered
    ]


def _place(seed: str, key: str) -> str:
    return hashlib.sha256(f"{seed}:{key}".encode()).hexdigest()


def judge(items: Iterable[Item], values: Mapping[str, Any]) -> dict[str, int]:
    """Question → points, of those that were answered at all."""
    return {
        item.key: item.points if item.is_right(values[item.key]) else 0
        for item in items
        if values.get(item.key)
    }
