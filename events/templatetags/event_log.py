"""The log of an event in sentences for people."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django import template
from django.core.exceptions import FieldDoesNotExist
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.text import capfirst, format_lazy
from django.utils.translation import gettext as _, gettext_lazy

from events.models import Event, LogEntry, Room, Speaker, Talk, Venue

register = template.Library()

SENTENCES = {
    "event_created": gettext_lazy("made the draft “%(target)s”"),
    "event_duplicated": gettext_lazy("made this draft from “%(target)s”"),
    "event_changed": gettext_lazy("changed the event"),
    "event_published": gettext_lazy("published the event"),
    "event_unpublished": gettext_lazy("took the event back to a draft"),
    "event_canceled": gettext_lazy("canceled the event: %(target)s"),
    "venue_changed": gettext_lazy("corrected the place “%(target)s”"),
    "schedule_imported": gettext_lazy("imported the agenda from %(target)s"),
    "talk_added": gettext_lazy("added the talk “%(target)s”"),
    "talk_changed": gettext_lazy("changed the talk “%(target)s”"),
    "talk_deleted": gettext_lazy("deleted the talk “%(target)s”"),
    "room_added": gettext_lazy("added the room “%(target)s”"),
    "room_changed": gettext_lazy("changed the room “%(target)s”"),
    "room_deleted": gettext_lazy("deleted the room “%(target)s”"),
    "speaker_added": gettext_lazy("added the speaker %(target)s"),
    "speaker_changed": gettext_lazy("changed the speaker %(target)s"),
    "speaker_deleted": gettext_lazy("deleted the speaker %(target)s"),
    "ticket_type_added": gettext_lazy("added the ticket “%(target)s”"),
    "ticket_type_changed": gettext_lazy("changed the ticket “%(target)s”"),
    "ticket_type_retired": gettext_lazy("stopped selling the ticket “%(target)s”"),
    "ticket_type_restored": gettext_lazy("offered the ticket “%(target)s” again"),
    "ticket_type_deleted": gettext_lazy("deleted the ticket “%(target)s”"),
    "ticket_types_reordered": gettext_lazy("changed the order of the tickets"),
    "quota_added": gettext_lazy("added the places “%(target)s”"),
    "quota_changed": gettext_lazy("changed the places “%(target)s”"),
    "quota_deleted": gettext_lazy("deleted the places “%(target)s”"),
    "attendees_exported": gettext_lazy("exported the attendee list as %(target)s"),
    "ticket_reissued": gettext_lazy("reissued the ticket %(target)s; its old code is dead"),
    "ticket_canceled": gettext_lazy("canceled the ticket %(target)s"),
    "ticket_renamed": gettext_lazy("changed the name on the ticket %(target)s"),
    "order_marked_paid": gettext_lazy("marked the order %(target)s as paid"),
    "order_refunded": gettext_lazy("refunded the order %(target)s"),
    "event_refunds_requested": gettext_lazy("began to refund everybody who paid"),
    "refund_retried": gettext_lazy("tried the refund of the order %(target)s again"),
    "refund_rules_changed": gettext_lazy("changed the rule for returned tickets"),
    "refund_returned": gettext_lazy("gave money of the order %(target)s back by hand"),
    "dispute_open": gettext_lazy("heard that a bank disputes the payment of the order %(target)s"),
    "dispute_won": gettext_lazy("heard that the dispute about the order %(target)s was won"),
    "dispute_lost": gettext_lazy("heard that the dispute about the order %(target)s was lost"),
    "pass_given": gettext_lazy("gave a free pass"),
    "pass_revoked": gettext_lazy("revoked a free pass"),
    "pass_limit_changed": gettext_lazy("changed how many free passes the event takes"),
    "door_list_saved": gettext_lazy("set up the door's list “%(target)s”"),
    "door_list_deleted": gettext_lazy("deleted the door's list “%(target)s”"),
    "door_lists_made": gettext_lazy("made one list for each day at the door"),
    "door_gate_saved": gettext_lazy("set up the gate “%(target)s”"),
    "door_gate_deleted": gettext_lazy("deleted the gate “%(target)s”"),
    "door_settings_changed": gettext_lazy("changed what the door's phones may do"),
    "door_pairing_started": gettext_lazy("showed the pairing code for the phone “%(target)s”"),
    "door_device_paired": gettext_lazy("The phone “%(target)s” was paired with the door"),
    "door_device_changed": gettext_lazy("renamed or moved the phone “%(target)s”"),
    "door_device_revoked": gettext_lazy("revoked the phone “%(target)s”"),
    "signing_key_rotated": gettext_lazy("made a new key that signs tickets, %(target)s"),
    "order_resent": gettext_lazy("sent the tickets of the order %(target)s again"),
}

LABELS = {
    "most": gettext_lazy("Most places for free passes"),
    "speakers": gettext_lazy("Speakers"),
    "talks": gettext_lazy("Talks"),
    "tickets": gettext_lazy("Tickets"),
    "cover": gettext_lazy("Cover picture"),
    "price": gettext_lazy("Price"),
    "price_minor": gettext_lazy("Price"),
    "currency": gettext_lazy("Currency"),
    "quotas": gettext_lazy("Takes its places from"),
    "size": gettext_lazy("Places"),
    "sales_start_at": gettext_lazy("Sale starts"),
    "sales_end_at": gettext_lazy("Sale ends"),
    "min_per_order": gettext_lazy("Least per order"),
    "max_per_order": gettext_lazy("Most per order"),
    "is_public": gettext_lazy("Listed on the event's page"),
    "note": gettext_lazy("Note"),
    "reason": gettext_lazy("Reason"),
    "name": gettext_lazy("Name"),
    "description": gettext_lazy("Description"),
    "refund_rules": gettext_lazy("Rule for returned tickets"),
    "gate": gettext_lazy("Gate"),
}
LANGUAGES = {
    "_zh_hans": gettext_lazy("{text} in Chinese"),
    "_en": gettext_lazy("{text} in English"),
}


@register.simple_tag
def log_sentence(entry: LogEntry) -> str:
    """What was done, to follow the name of who did it; an unknown code as it is."""
    sentence = SENTENCES.get(entry.action)
    if sentence is None:
        return f"{entry.action.replace('_', ' ')} {entry.target}".strip()
    return str(sentence) % {"target": entry.target or "—"}


@register.filter
def log_changes(entry: LogEntry, event: Event) -> list[dict[str, Any]]:
    """The changed fields by their names for people, times in the zone of `event`."""
    zone = ZoneInfo(event.time_zone)
    return [
        {
            "label": capfirst(str(_label(name))),
            "before": _in_words(name, before, zone),
            "after": _in_words(name, after, zone),
        }
        for name, (before, after) in entry.changes.items()
    ]


def _field(name: str) -> Any | None:
    """A column of that name; what only points back, such as an event's quotas, is none."""
    for model in (Event, Talk, Room, Speaker, Venue):
        try:
            field = model._meta.get_field(name)
        except FieldDoesNotExist:
            continue
        if field.concrete:
            return field
    return None


def _label(name: str) -> str | Promise:
    for suffix, phrase in LANGUAGES.items():
        if name.endswith(suffix):
            return format_lazy(phrase, text=capfirst(str(_label(name.removesuffix(suffix)))))
    if name in LABELS:
        return LABELS[name]
    field = _field(name)
    return field.verbose_name if field else name.replace("_", " ")


def _in_words(name: str, value: Any, zone: ZoneInfo) -> str:
    if value in ("", None):
        return ""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if name.endswith("_at"):
        return date_format(datetime.fromisoformat(value).astimezone(zone), "SHORT_DATETIME_FORMAT")
    field = _field(name)
    return str(dict(field.flatchoices).get(value, value)) if field else str(value)
