"""Keeps what an event can be found by: see `EventQuerySet.search`."""

from collections.abc import Iterator

from core.text import fold
from events.models import Event, Speaker, Talk

LONGEST = 20_000
LANGUAGES = ("zh_hans", "en")


def _texts(thing: object, *names: str) -> Iterator[str]:
    for name in names:
        for language in LANGUAGES:
            yield getattr(thing, f"{name}_{language}") or ""


def _words(event: Event) -> Iterator[str]:
    """What names the event first: it is what a very long agenda must not push out."""
    yield from _texts(event, "title", "summary")
    yield from _texts(event.chapter, "name")
    if event.venue:
        yield from _texts(event.venue, "name", "address")
        yield from _texts(event.venue.city, "name")
    for speaker in Speaker.objects.filter(event=event):
        yield from _texts(speaker, "name")
    for talk in Talk.objects.filter(event=event).order_by("pk"):
        yield from _texts(talk, "title")


def search_text(event: Event) -> str:
    """Titles, places, names in both languages, folded; each once, since many are alike."""
    return fold("\n".join(dict.fromkeys(word for word in _words(event) if word)))[:LONGEST]


def refresh_search_text(event: Event) -> None:
    """Call after anything that `search_text` reads has changed."""
    text = search_text(event)
    if text != event.search_text:
        event.search_text = text
        event.save(update_fields=["search_text"])
