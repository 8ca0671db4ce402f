"""Phones that open a door: paired by a token that an organizer shows, told apart, revoked."""

import secrets

from django.db import transaction
from django.utils import timezone
from django.utils.crypto import salted_hmac

from accounts.models import User, digest
from events.models import Event
from events.services import log
from ticketing import errors
from ticketing.models import Device, Gate, Pairing

TOKEN_ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"  # noqa: S105  as in public ids
TOKEN_LENGTH = 20  # 99 bits
SALT = "ticketing.pairing"


def token_of(pairing: Pairing) -> str:
    """What the QR shows. It follows from the pairing and our secret, so that the organizer's page
    can show it again while it lasts, and the database holds nothing that pairs."""
    number = int.from_bytes(salted_hmac(SALT, pairing.public_id, algorithm="sha256").digest())
    text = ""
    for _ in range(TOKEN_LENGTH):
        number, place = divmod(number, len(TOKEN_ALPHABET))
        text += TOKEN_ALPHABET[place]
    return text


@transaction.atomic
def start_pairing(*, event: Event, gate: Gate | None, device_name: str, by: User) -> Pairing:
    """Let one phone become a device within the next minutes."""
    pairing = Pairing(event=event, gate=gate, device_name=device_name, created_by=by)
    pairing.digest = digest(token_of(pairing))
    pairing.expires_at = pairing.created_at + Pairing.LIFETIME
    pairing.save()
    log.record(event=event, by=by, action="door_pairing_started", target=device_name)
    return pairing


@transaction.atomic
def pair(*, token: str, page_version: str = "") -> tuple[Device, str]:
    """A phone shows the token: it becomes a device, once. Returns it and its secret, which is
    kept nowhere here. Raises PairingOver."""
    now = timezone.now()
    meant = "".join(character for character in token.lower() if character in TOKEN_ALPHABET)
    open_now = Pairing.objects.open(now).filter(digest=digest(meant))
    pairing = open_now.select_related("event").first()
    if pairing is None or not open_now.filter(pk=pairing.pk).update(used_at=now):
        raise errors.PairingOver
    secret = Device.PREFIX + secrets.token_hex(20)
    device = Device.objects.create(
        event=pairing.event,
        gate_id=pairing.gate_id,
        name=pairing.device_name,
        digest=digest(secret),
        paired_at=now,
        paired_by_id=pairing.created_by_id,
        last_seen_at=now,
        page_version=page_version,
    )
    Pairing.objects.filter(pk=pairing.pk).update(device=device)
    log.record(event=pairing.event, by=None, action="door_device_paired", target=device.name)
    return device, secret


def note_contact(
    *,
    device: Device,
    waiting: int | None = None,
    clock_offset_ms: int | None = None,
    page_version: str | None = None,
) -> None:
    """That the device was heard of, and what it said of itself. One write."""
    said = {
        "waiting": waiting,
        "clock_offset_ms": clock_offset_ms,
        "page_version": page_version,
    }
    fields = {name: value for name, value in said.items() if value is not None}
    Device.objects.filter(pk=device.pk).update(last_seen_at=timezone.now(), **fields)


@transaction.atomic
def change_device(*, device: Device, name: str, gate: Gate | None, by: User) -> Device:
    """Another name, another gate; the phone follows at its next contact."""
    device.name, device.gate = name, gate
    device.save(update_fields=["name", "gate"])
    log.record(event=device.event, by=by, action="door_device_changed", target=device.name)
    return device


@transaction.atomic
def revoke_device(*, device: Device, by: User) -> Device:
    """Its secret opens nothing any more, and at the next contact it wipes itself. What it has not
    handed in by then is lost: a stolen phone must not fill the door. Safe to repeat."""
    now = timezone.now()
    if Device.objects.live().filter(pk=device.pk).update(revoked_at=now):
        log.record(event=device.event, by=by, action="door_device_revoked", target=device.name)
    device.refresh_from_db(fields=["revoked_at"])
    return device


def note_wiped(*, device: Device) -> None:
    """A revoked device says that it holds nothing any more."""
    rows = Device.objects.filter(pk=device.pk, revoked_at__isnull=False, wiped_at=None)
    rows.update(wiped_at=timezone.now())
