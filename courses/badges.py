"""Certificates as Open Badges 3.0: verifiable credentials, signed with the chapter's own key.

A credential is a JWT (`VC-JWT`, EdDSA). Its issuer is the chapter, named by a `did:web` whose
document this site serves, and whether it was revoked stands in a signed bitstring list.
Sources: 1edtech.org/standards/open-badges 3.0 (8.2, JSON Web Token proof format), W3C
Bitstring Status List v1.0, W3C CCG did:web.
"""

import base64
import gzip
import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote, urlsplit

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from community.models import Chapter
from courses.models import Certificate
from courses.queries.outline import best_language

CONTEXTS = [
    "https://www.w3.org/ns/credentials/v2",
    "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json",
]
SCHEMA = {
    "id": "https://purl.imsglobal.org/spec/ob/v3p0/schema/json/ob_v3p0_achievementcredential_schema.json",
    "type": "1EdTechJsonSchemaValidator2019",
}
LIST_SIZE = 131_072  # bits; the standard's least, so that a list tells nothing by its length
LIST_LIFE = timedelta(days=7)  # an old copy of a list must not bring a revoked badge back


@dataclass(frozen=True)
class Signer:
    key_id: str
    private_key: Ed25519PrivateKey


def issuer_did(chapter: Chapter) -> str:
    """`did:web:example.org:chapters:shanghai`: its document is at /chapters/shanghai/did.json."""
    host = quote(urlsplit(settings.SITE_URL).netloc, safe="")
    return f"did:web:{host}:chapters:{quote(chapter.slug, safe='')}"


def issuer_document(chapter: Chapter, *, key_id: str, public_key: bytes) -> dict[str, Any]:
    """The DID document: which key signs for the chapter."""
    did = issuer_did(chapter)
    method = {
        "id": f"{did}#{key_id}",
        "type": "JsonWebKey2020",
        "controller": did,
        "publicKeyJwk": {"kty": "OKP", "crv": "Ed25519", "x": _base64(public_key)},
    }
    return {
        "@context": [
            "https://www.w3.org/ns/did/v1", "https://w3id.org/security/suites/jws-2020/v1",
        ],
        "id": did,
        "verificationMethod": [method],
        "assertionMethod": [method["id"]],
    }  # fmt: skip


def credential(certificate: Certificate, signer: Signer) -> str:
    """The certificate as a compact JWT; the same bytes each time. It bears its holder's name and
    the hash of their address: theirs to give away."""
    with translation.override(certificate.language):
        body = _body(certificate)
    issued = int(certificate.issued_at.timestamp())
    claims = {"iss": body["issuer"]["id"], "jti": body["id"], "nbf": issued}
    return _signed(body | claims, body["issuer"]["id"], signer)


def _body(certificate: Certificate) -> dict[str, Any]:
    chapter, facts = certificate.course.chapter, certificate.facts
    url = f"{settings.SITE_URL}{certificate.get_absolute_url()}"
    names = {what: _in(facts.get(what, {}), certificate.language) for what in ("course", "chapter")}
    title = names["course"] or certificate.course.title
    return {
        "@context": CONTEXTS,
        "id": url,
        "type": ["VerifiableCredential", "OpenBadgeCredential"],
        "name": title,
        "issuer": {
            "id": issuer_did(chapter),
            "type": ["Profile"],
            "name": names["chapter"] or chapter.name,
            "url": f"{settings.SITE_URL}{chapter.get_absolute_url()}",
        },
        "validFrom": _moment(certificate.issued_at),
        "credentialSubject": {
            "type": ["AchievementSubject"],
            "identifier": _identifiers(certificate),
            "achievement": {
                "id": f"{settings.SITE_URL}{certificate.course.get_absolute_url()}",
                "type": ["Achievement"],
                "achievementType": "Certificate",
                "name": title,
                "description": certificate.course.summary or title,
                "criteria": {"narrative": _criteria(certificate)},
            },
        },
        "credentialSchema": [SCHEMA],
        "credentialStatus": _status_entry(certificate),
    }


def _in(names: dict[str, str], language: str) -> str:
    return names.get(best_language(names, language), "")


def _criteria(certificate: Certificate) -> str:
    """What the rule asked, in a sentence."""
    rule = certificate.rule
    asked = [
        (rule.lessons_percent, _("%(percent)s %% of the required lessons")),
        (rule.min_attendance_percent, _("%(percent)s %% of the classes")),
        (rule.needs_accepted_work, _("all required assignments accepted")),
        (rule.needs_quizzes, _("all required quizzes passed")),
    ]
    return "; ".join(words % {"percent": value} for value, words in asked if value)


def _identifiers(certificate: Certificate) -> list[dict[str, Any]]:
    """The name in plain words; the address only as a salted hash, to be recognized by."""
    found: list[dict[str, Any]] = [
        {
            "type": "IdentityObject",
            "hashed": False,
            "identityHash": certificate.name,
            "identityType": "name",
        }
    ]
    if certificate.user:
        salted = f"{certificate.user.email}{certificate.number}"
        found.append(
            {
                "type": "IdentityObject",
                "hashed": True,
                "identityHash": f"sha256${hashlib.sha256(salted.encode()).hexdigest()}",
                "identityType": "emailAddress",
                "salt": certificate.number,
            }
        )
    return found


def status_url(chapter: Chapter, number: int) -> str:
    path = reverse("courses:badge-status", args=[chapter.slug, number])
    return f"{settings.SITE_URL}{path}"


def place_of(certificate_id: int) -> tuple[int, int]:
    """Which list a certificate is in, and at which bit."""
    return divmod(certificate_id, LIST_SIZE)


def _status_entry(certificate: Certificate) -> dict[str, str]:
    number, index = place_of(certificate.pk)
    url = status_url(certificate.course.chapter, number)
    return {
        "id": f"{url}#{index}",
        "type": "BitstringStatusListEntry",
        "statusPurpose": "revocation",
        "statusListIndex": str(index),
        "statusListCredential": url,
    }


def status_list(
    chapter: Chapter, number: int, revoked: Iterable[int], signer: Signer, *, at: datetime
) -> str:
    """The chapter's list `number` as a compact JWT: a bit is set where a badge was revoked."""
    bits = bytearray(LIST_SIZE // 8)
    for index in revoked:
        bits[index // 8] |= 0x80 >> (index % 8)
    url, did = status_url(chapter, number), issuer_did(chapter)
    body = {
        "@context": CONTEXTS[:1],
        "id": url,
        "type": ["VerifiableCredential", "BitstringStatusListCredential"],
        "issuer": did,
        "validFrom": _moment(at),
        "validUntil": _moment(at + LIST_LIFE),
        "credentialSubject": {
            "id": f"{url}#list",
            "type": "BitstringStatusList",
            "statusPurpose": "revocation",
            "encodedList": f"u{_base64(gzip.compress(bytes(bits), mtime=0))}",
        },
        "iss": did,
        "jti": url,
        "nbf": int(at.timestamp()),
        "exp": int((at + LIST_LIFE).timestamp()),
    }
    return _signed(body, did, signer)


def _moment(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")


def _signed(body: dict[str, Any], did: str, signer: Signer) -> str:
    head = {"alg": "EdDSA", "typ": "JWT", "kid": f"{did}#{signer.key_id}"}
    parts = [_base64(json.dumps(part, ensure_ascii=False).encode()) for part in (head, body)]
    text = ".".join(parts)
    return f"{text}.{_base64(signer.private_key.sign(text.encode()))}"


def _base64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")
