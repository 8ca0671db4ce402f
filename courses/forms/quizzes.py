"""What lecturers write of a quiz and its questions."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _, pgettext_lazy

from core.forms import BothLanguages
from courses.forms.work import offer_lessons
from courses.models import Course, QuestionKind, Quiz, QuizQuestion

SPARE_CHOICES = 3
LEAST_CHOICES = 4
MOST_CHOICES = 12


class QuizForm(BothLanguages, forms.ModelForm):
    either = ("title",)

    class Meta:
        model = Quiz
        fields = [
            "title_zh_hans", "title_en", "text_zh_hans", "text_en", "lesson", "pass_percent",
            "attempts", "minutes", "shuffles", "is_required",
        ]  # fmt: skip
        labels = {
            "lesson": _("Belongs to the lesson"),
            "pass_percent": _("Percent of the points to pass"),
            "attempts": _("Attempts"),
            "minutes": _("Minutes for an attempt"),
            "shuffles": _("Questions and choices in a different order for everybody"),
            "is_required": _("Needed for the certificate"),
        }

    def __init__(self, *args: Any, course: Course, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.name_languages({"title": _("Title"), "text": _("Introduction, in Markdown")})
        for name in ("text_zh_hans", "text_en"):
            self.fields[name].widget.attrs["rows"] = 4
        for name, least, most in (
            ("pass_percent", 1, 100),
            ("attempts", 1, 99),
            ("minutes", 1, 600),
        ):
            field = self.fields[name]
            field.min_value, field.max_value = least, most
            field.widget.attrs |= {"min": least, "max": most}
        offer_lessons(self.fields["lesson"], course)

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        limits = {"pass_percent": 100, "attempts": 99, "minutes": 600}
        for name, most in limits.items():
            value = data.get(name)
            if value is not None and not 1 <= value <= most:
                self.add_error(name, _("Choose a number from 1 to %(most)s.") % {"most": most})
        return data

    def _post_clean(self) -> None:
        """The service writes the row; what is asked here is the form of what was typed."""


class QuestionForm(BothLanguages, forms.Form):
    """A question in both languages, with as many rows for choices as it has and a few to spare."""

    either = ("text",)
    kind = forms.ChoiceField(label=_("Kind"), choices=QuestionKind)
    text_zh_hans = forms.CharField(max_length=5000, widget=forms.Textarea(attrs={"rows": 3}))
    text_en = forms.CharField(max_length=5000, widget=forms.Textarea(attrs={"rows": 3}))
    accepted = forms.CharField(
        label=_("Accepted texts"),
        required=False,
        max_length=2000,
        help_text=_("For a short text: one a line, in any language. Case and spaces do not count."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    explanation_zh_hans = forms.CharField(max_length=5000, widget=forms.Textarea(attrs={"rows": 3}))
    explanation_en = forms.CharField(max_length=5000, widget=forms.Textarea(attrs={"rows": 3}))
    points = forms.IntegerField(
        label=pgettext_lazy("of a question", "Points"), min_value=1, max_value=100, initial=1
    )

    def __init__(self, *args: Any, question: QuizQuestion | None = None, **kwargs: Any) -> None:
        self.kept = list(question.choices.all()) if question else []
        names = (
            "kind", "text_zh_hans", "text_en", "explanation_zh_hans", "explanation_en", "points",
        )  # fmt: skip
        if question:
            kwargs["initial"] = {name: getattr(question, name) for name in names}
            kwargs["initial"]["accepted"] = "\n".join(question.accepted)
        super().__init__(*args, **kwargs)
        self.name_languages(
            {"text": _("Question"), "explanation": _("Explanation, shown afterwards")}
        )
        self.row_count = min(max(len(self.kept) + SPARE_CHOICES, LEAST_CHOICES), MOST_CHOICES)
        for number in range(self.row_count):
            self._add_row(number)

    def _add_row(self, number: int) -> None:
        choice = self.kept[number] if number < len(self.kept) else None
        for end, lang, label in (
            ("zh_hans", "zh-Hans", _("Choice %(n)s in Chinese")),
            ("en", "en", _("Choice %(n)s in English")),
        ):
            field = forms.CharField(
                label=label % {"n": number + 1},
                required=False,
                max_length=400,
                initial=getattr(choice, f"text_{end}", "") or "",
            )
            field.widget.attrs["lang"] = lang
            self.fields[f"choice{number}_{end}"] = field
        self.fields[f"choice{number}_right"] = forms.BooleanField(
            label=_("is right"), required=False, initial=bool(choice and choice.is_right)
        )

    @property
    def rows(self) -> list[dict[str, Any]]:
        return [
            {end: self[f"choice{number}_{end}"] for end in ("zh_hans", "en", "right")}
            for number in range(self.row_count)
        ]

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        for name in ("explanation_zh_hans", "explanation_en", "text_zh_hans", "text_en"):
            data[name] = data.get(name) or ""
        kind, choices = data.get("kind"), self._choices(data)
        right = sum(choice["is_right"] for choice in choices)
        accepted = [line.strip() for line in data.get("accepted", "").splitlines() if line.strip()]
        if kind == QuestionKind.SHORT_TEXT:
            choices = []
            if not accepted:
                self.add_error("accepted", _("Write at least one text that counts as right."))
        else:
            accepted = []
            if len(choices) < 2:
                self.add_error("choice0_zh_hans", _("Write at least two choices."))
            elif not right or (kind == QuestionKind.SINGLE and right > 1):
                words = {
                    QuestionKind.SINGLE: _("Mark the one choice that is right."),
                    QuestionKind.MULTIPLE: _("Mark the choices that are right."),
                }
                self.add_error("kind", words[QuestionKind(kind)] if kind else "")
        data["accepted"], data["choices"] = accepted, choices
        return data

    def _choices(self, data: dict[str, Any]) -> list[dict[str, Any]]:
        found = []
        for number in range(self.row_count):
            texts = {
                f"text_{end}": data.get(f"choice{number}_{end}") or "" for end in ("zh_hans", "en")
            }
            if not any(texts.values()):
                continue
            kept = {"public_id": self.kept[number].public_id} if number < len(self.kept) else {}
            found.append(kept | texts | {"is_right": data.get(f"choice{number}_right", False)})
        return found

    @property
    def values(self) -> dict[str, Any]:
        names = (
            "kind", "text_zh_hans", "text_en", "explanation_zh_hans", "explanation_en", "points",
            "accepted", "choices",
        )  # fmt: skip
        return {name: self.cleaned_data[name] for name in names}
