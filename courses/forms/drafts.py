"""What a lecturer writes: the text of a lesson in both languages, and the note of a publication."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import BothLanguages
from courses.forms.outline import SHORT
from courses.models import LessonDraft

# Learners wait for a longer text: core.markdown refuses it as well
MOST_KILOBYTES = 200


def digest_of(title: str, body: str) -> str:
    return hashlib.sha256(f"{title}\0{body}".encode()).hexdigest()[:24]


@dataclass(frozen=True)
class Read:
    """The revision that a page was made from, and what the text was: `7.3fa…` in a hidden field."""

    revision: int
    digest: str

    @classmethod
    def of(cls, draft: LessonDraft | None) -> "Read":
        if draft is None:
            return cls(0, digest_of("", ""))
        return cls(draft.revision, digest_of(draft.title, draft.body))

    @classmethod
    def parse(cls, typed: str) -> "Read":
        """What is broken was read before the first revision: it conflicts instead of overwriting."""
        revision, _dot, rest = typed.partition(".")
        return cls(int(revision[:9]) if revision.isdecimal() else 0, rest)

    def __str__(self) -> str:
        return f"{self.revision}.{self.digest}"


@dataclass(frozen=True)
class Text:
    """One language of a lesson as it was typed, and what its writer had read."""

    language: str
    title: str
    body: str
    read: Read

    @property
    def is_touched(self) -> bool:
        """Whoever wrote in one language does not overwrite what a colleague does in the other."""
        return digest_of(self.title, self.body) != self.read.digest

    @property
    def is_empty(self) -> bool:
        return not self.title and not self.body.strip()


class LessonTextForm(BothLanguages, forms.Form):
    """Title and text in Chinese and English. `read_…` say what the page was made from."""

    title_zh_hans = forms.CharField(max_length=200)
    title_en = forms.CharField(max_length=200)
    body_zh_hans = forms.CharField(strip=False, widget=forms.Textarea(attrs={"rows": 24}))
    body_en = forms.CharField(strip=False, widget=forms.Textarea(attrs={"rows": 24}))
    read_zh_hans = forms.CharField(required=False, widget=forms.HiddenInput)
    read_en = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, drafts: Mapping[str, LessonDraft], **kwargs: Any) -> None:
        kwargs["initial"] = {}
        for end, code in SHORT.items():
            draft = drafts.get(code)
            kwargs["initial"] |= {
                f"title_{end}": draft.title if draft else "",
                f"body_{end}": draft.body if draft else "",
                f"read_{end}": str(Read.of(draft)),
            }
        super().__init__(*args, **kwargs)
        self.name_languages({"title": _("Title"), "body": _("Text, in Markdown")})

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        for end in SHORT:
            title, body = data.get(f"title_{end}", ""), data.get(f"body_{end}", "")
            if body.strip() and not title and f"title_{end}" not in self.errors:
                self.add_error(f"title_{end}", _("This text needs a title."))
            if len(body.encode()) > MOST_KILOBYTES * 1024:
                words = _("This text is longer than %(most)s KB. Make two lessons of it.")
                self.add_error(f"body_{end}", words % {"most": MOST_KILOBYTES})
        return data

    def texts(self) -> list[Text]:
        """What was typed over what was read; a language left as it was is not among them."""
        data = self.cleaned_data
        found = [
            Text(
                code,
                data[f"title_{end}"],
                data[f"body_{end}"],
                # the writer has seen what collides, and saves over it
                Read.parse(self.data.get(f"over_{end}") or data[f"read_{end}"]),
            )
            for end, code in SHORT.items()
        ]
        return [text for text in found if text.is_touched]


class PublishForm(forms.Form):
    """`seen` is the digest of the desk that the reader looked at."""

    note = forms.CharField(
        label=_("What is new"),
        max_length=240,
        required=False,
        help_text=_("In a sentence. It stands in the history."),
    )
    seen = forms.CharField(widget=forms.HiddenInput)


class FileForm(forms.Form):
    title = forms.CharField(
        label=_("What learners read"),
        max_length=200,
        required=False,
        help_text=_("Left empty, they read the name of the file."),
    )
