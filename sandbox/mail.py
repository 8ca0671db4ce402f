"""Mail that goes nowhere: kept as files, to be read in the browser.

One message is one `.eml` in `settings.MAILBOX_DIR`, named by its time, so that names sort
as the mails came. `X-Envelope-To` names all recipients, blind copies too.
"""

import re
import secrets
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email import policy
from email.message import EmailMessage as Message
from email.parser import BytesHeaderParser, BytesParser
from functools import cached_property
from pathlib import Path

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend
from django.utils import timezone

ID = re.compile(r"\d{8}T\d{6}\.\d{6}-[0-9a-f]{8}")
STAMP = "%Y%m%dT%H%M%S.%f"
ENVELOPE = "X-Envelope-To"


class MailboxBackend(BaseEmailBackend):
    """Keeps each message as a file; a reader never sees one half written."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        written = [_keep(message) for message in email_messages if message.recipients()]
        return len(written)


@dataclass(frozen=True)
class Mail:
    """A kept message. `id` is the file's name without its ending."""

    id: str
    path: Path

    @property
    def sent_at(self) -> datetime:
        return datetime.strptime(self.id[:22], STAMP).replace(tzinfo=UTC)

    @cached_property
    def headers(self) -> Message:
        with self.path.open("rb") as file:
            return BytesHeaderParser(policy=policy.default).parse(file)

    @cached_property
    def message(self) -> Message:
        with self.path.open("rb") as file:
            return BytesParser(policy=policy.default).parse(file)

    @property
    def recipients(self) -> str:
        return str(self.headers.get(ENVELOPE, self.headers.get("To", "")))

    @property
    def subject(self) -> str:
        return str(self.headers.get("Subject", ""))

    @property
    def sender(self) -> str:
        return str(self.headers.get("From", ""))

    @property
    def text(self) -> str:
        part = self.message.get_body(("plain",))
        return part.get_content() if part else ""

    @property
    def html(self) -> str:
        part = self.message.get_body(("html",))
        return part.get_content() if part else ""

    @cached_property
    def parts(self) -> list["Part"]:
        """Attachments and pictures, in their order; bodies are none of them."""
        bodies = [self.message.get_body((kind,)) for kind in ("plain", "html")]
        leaves = [part for part in self.message.walk() if not part.is_multipart()]
        kept = [part for part in leaves if all(part is not body for body in bodies)]
        return [Part(number, part) for number, part in enumerate(kept)]


@dataclass(frozen=True)
class Part:
    number: int
    part: Message

    @property
    def name(self) -> str:
        return self.part.get_filename() or f"part-{self.number + 1}"

    @property
    def kind(self) -> str:
        """The content type with its parameters, such as `text/calendar; method=REQUEST`."""
        header = self.part["Content-Type"]
        if header is None:
            return "text/plain"
        kept = {key: value for key, value in header.params.items() if key != "name"}
        return "; ".join([header.content_type, *(f'{key}="{kept[key]}"' for key in kept)])

    @property
    def content_id(self) -> str:
        return str(self.part.get("Content-ID", "")).strip("<> ")

    @cached_property
    def content(self) -> bytes:
        payload = self.part.get_payload(decode=True)
        return payload if isinstance(payload, bytes) else b""


def all_mails(*, recipient: str = "") -> Iterator[Mail]:
    """Newest first; `recipient` is any part of an address, in either case."""
    wanted = recipient.strip().casefold()
    for name in sorted((path.name for path in _folder().glob("*.eml")), reverse=True):
        mail = find_mail(name.removesuffix(".eml"))
        if mail and (not wanted or wanted in mail.recipients.casefold()):
            yield mail


def find_mail(mail_id: str) -> Mail | None:
    """None for what is no mail's id, such as a path that leaves the folder."""
    if not ID.fullmatch(mail_id):
        return None
    path = _folder() / f"{mail_id}.eml"
    return Mail(mail_id, path) if path.is_file() else None


def _folder() -> Path:
    return Path(settings.MAILBOX_DIR)


def _keep(message: EmailMessage) -> str:
    mail_id = f"{timezone.now().astimezone(UTC):{STAMP}}-{secrets.token_hex(4)}"
    envelope = ", ".join(message.recipients()).replace("\n", " ").replace("\r", " ")
    content = message.message().as_bytes()
    folder = _folder()
    folder.mkdir(parents=True, exist_ok=True)
    half = folder / f".{mail_id}.part"
    half.write_bytes(f"{ENVELOPE}: {envelope}\n".encode() + content)
    half.replace(folder / f"{mail_id}.eml")
    return mail_id
