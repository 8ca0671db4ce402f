from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _, pgettext_lazy

from accounts.models import User
from community.models import Chapter
from core.forms import WebField
from events.models import Event
from incentives.models import Contribution, Kind, Size
from incentives.queries.contributions import choosable_events, people_by_pseudonym

CO_AUTHORS = range(1, 5)


class EventChoiceField(forms.ModelChoiceField):
    def label_from_instance(self, event: Event) -> str:
        return f"{event.title} · {event.start_at:%Y-%m-%d}"


class ContributionForm(forms.Form):
    """What was done, where it can be seen, and whose it is. `co_authors` are (person, basis
    points); who is named by a pseudonym that nobody has, is an error."""

    kind = forms.ChoiceField(label=_("What kind of work?"), choices=Kind.choices)
    title = forms.CharField(
        label=pgettext_lazy("of a contribution", "In one line"),
        max_length=160,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    evidence_url = WebField(
        label=_("Where can it be seen?"),
        max_length=500,
        required=False,
        help_text=_("A link to the text, the recording, the change …"),
    )
    evidence_file = forms.FileField(
        label=_("Or a file"),
        required=False,
        help_text=_("PDF, picture, text or archive up to 10 MB. Only reviewers see it."),
    )
    size_asked = forms.ChoiceField(label=_("How large is it?"), widget=forms.RadioSelect)
    done_on = forms.DateField(
        label=_("Done on"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    description = forms.CharField(
        label=_("What a reviewer should know"),
        max_length=4000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    event = EventChoiceField(
        label=_("At which event?"),
        queryset=Event.objects.none(),
        required=False,
        empty_label=_("None"),
        help_text=_("A talk may be submitted before it is held."),
    )
    chapter: "forms.ModelChoiceField[Chapter]" = forms.ModelChoiceField(
        label=_("For which chapter?"),
        queryset=Chapter.objects.none(),
        required=False,
        empty_label=_("For all"),
    )

    def __init__(
        self, *args: Any, by: User, work: Contribution | None = None, **kwargs: Any
    ) -> None:
        kwargs["initial"] = self._start(by, work) | kwargs.get("initial", {})
        super().__init__(*args, **kwargs)
        self.by, self.work = by, work
        self.fields["size_asked"].choices = Size.choices
        events = Event.objects.filter(pk__in=[e.pk for e in choosable_events(timezone.now())])
        if work and work.event_id:
            events = events | Event.objects.filter(pk=work.event_id)
        self.fields["event"].queryset = events.order_by("-start_at")
        self.fields["chapter"].queryset = Chapter.objects.all()
        for place in CO_AUTHORS:
            self.fields[f"co_name_{place}"] = forms.CharField(
                label=_("Pseudonym"), max_length=40, required=False
            )
            self.fields[f"co_percent_{place}"] = forms.IntegerField(
                label=_("Share in percent"), min_value=1, max_value=99, required=False
            )

    @staticmethod
    def _start(by: User, work: Contribution | None) -> dict[str, Any]:
        if work is None:
            return {"done_on": timezone.localdate(), "size_asked": Size.SMALL}
        plain = ("kind", "title", "evidence_url", "size_asked", "done_on", "description")
        start = {name: getattr(work, name) for name in plain}
        start |= {"event": work.event_id, "chapter": work.chapter_id}
        others = [share for share in work.shares.all() if share.user_id != by.pk]
        for place, share in zip(CO_AUTHORS, others, strict=False):
            start[f"co_name_{place}"] = share.user.public_name.pseudonym
            start[f"co_percent_{place}"] = max(1, share.weight // 100)
        return start

    @property
    def co_rows(self) -> list[tuple[forms.BoundField, forms.BoundField]]:
        return [(self[f"co_name_{place}"], self[f"co_percent_{place}"]) for place in CO_AUTHORS]

    @property
    def has_more(self) -> bool:
        """Something is said in the folded part."""
        fields = [self["event"], self["chapter"], *(field for row in self.co_rows for field in row)]
        return any(field.value() or field.errors for field in fields)

    def clean(self) -> dict[str, Any]:
        data = self.cleaned_data
        if "evidence_file" not in self.errors and "evidence_url" not in self.errors:
            shown = data.get("evidence_url") or data.get("evidence_file")
            if not shown and not (self.work and self.work.source):
                message = _("Add a link or a file, so that a reviewer can look at the work.")
                self.add_error("evidence_url", message)
        data["co_authors"] = self._co_authors()
        return data

    def _co_authors(self) -> list[tuple[User, int]]:
        data = self.cleaned_data
        named = {place: (data.get(f"co_name_{place}") or "").strip() for place in CO_AUTHORS}
        found = people_by_pseudonym([name for name in named.values() if name])
        people = []
        for place, name in named.items():
            percent = data.get(f"co_percent_{place}")
            if not name and not percent:
                continue
            person = found.get(name.lower())
            if not person:
                message = _("Nobody has this pseudonym. It stands on their own contributions page.")
                self.add_error(f"co_name_{place}", message)
            elif not percent:
                self.add_error(f"co_percent_{place}", _("Say how much of it is theirs."))
            else:
                people.append((person, percent * 100))
        return people

    def facts(self) -> dict[str, Any]:
        """After it is valid: what the service wants to know."""
        plain = (
            "kind", "title", "evidence_url", "size_asked", "done_on", "description", "event",
            "co_authors", "evidence_file",
        )  # fmt: skip
        said = {name: self.cleaned_data[name] for name in plain}
        event = said["event"]
        return said | {"chapter": event.chapter if event else self.cleaned_data["chapter"]}


class WordsForm(forms.Form):
    """A sentence to the other side."""

    text = forms.CharField(
        label=_("Your words"), max_length=2000, widget=forms.Textarea(attrs={"rows": 4})
    )


class PublicNameForm(forms.Form):
    shows_name = forms.BooleanField(
        label=_("Show my name instead of the pseudonym"),
        required=False,
        help_text=_("On the pool's public pages, beside your points and amounts."),
    )
    pseudonym = forms.CharField(
        label=_("Pseudonym"),
        min_length=2,
        max_length=40,
        help_text=_("Others name you by it as a co-author."),
    )

    def clean_pseudonym(self) -> str:
        return " ".join(self.cleaned_data["pseudonym"].split())
