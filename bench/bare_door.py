"""What a door asks of the database, and nothing else: the measure beside which bench.door stands.

A WSGI application on Django's connection: who the phone is, the ticket with its admissions, and
in one transaction the ticket's conditional write and the row of the admission.
"""

import hashlib
import json
from collections.abc import Callable, Iterable
from typing import Any

import django
from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

django.setup()

DEVICE = """
    SELECT d.*, e.*, g.* FROM ticketing_device d JOIN events_event e ON e.id = d.event_id
    LEFT JOIN ticketing_gate g ON g.id = d.gate_id WHERE d.digest = %s
"""
TICKET = """
    SELECT t.*, k.*, c.id, c.at, c.gate_name, c.nonce, l.public_id FROM ticketing_ticket t
    JOIN ticketing_tickettype k ON k.id = t.ticket_type_id
    LEFT JOIN ticketing_checkin c ON c.ticket_id = t.id AND c.undone_at IS NULL
      AND c.kind = 'counted'
    LEFT JOIN ticketing_checkinlist l ON l.id = c.list_id
    WHERE t.event_id = %s AND t.code = %s
"""
LIST = "SELECT id FROM ticketing_checkinlist WHERE event_id = %s"
WRITE = """
    UPDATE ticketing_ticket SET checked_in_at = COALESCE(checked_in_at, %s)
    WHERE id = %s AND code = %s AND status = 'valid'
"""
ROW = """
    INSERT INTO ticketing_checkin (ticket_id, event_id, nonce, kind, list_id, gate_id, gate_name,
      at, received_at, device_id, clock_offset_ms, is_offline, remark)
    VALUES (%s, %s, %s, 'counted', %s, %s, '', %s, %s, %s, 0, false, '') RETURNING id
"""
LISTS: dict[int, int] = {}  # the door keeps its lists for some seconds as well


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    body = json.loads(environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"])))
    secret = environ["HTTP_AUTHORIZATION"].removeprefix("Bearer ")
    admit(hashlib.sha256(secret.encode()).hexdigest(), body["code"], body["nonce"])
    answer = b'{"kind": "in"}'
    start_response("200 OK", [("Content-Length", str(len(answer)))])
    return [answer]


def admit(digest: str, code: str, nonce: str) -> None:
    now = timezone.now()
    with connection.cursor() as cursor:
        cursor.execute(DEVICE, [digest])
        names = [column.name for column in cursor.description]
        device = cursor.fetchone()
        event = device[names.index("event_id")]
        if event not in LISTS:
            cursor.execute(LIST, [event])
            LISTS[event] = cursor.fetchone()[0]
        cursor.execute(TICKET, [event, code])
        ticket = cursor.fetchone()[0]
        with transaction.atomic():
            cursor.execute(WRITE, [now, ticket, code])
            gate = device[names.index("gate_id")]
            cursor.execute(ROW, [ticket, event, nonce, LISTS[event], gate, now, now, device[0]])


assert not settings.DEBUG  # Django would keep every query
