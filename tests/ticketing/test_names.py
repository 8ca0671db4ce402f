"""What a scanner carries, by the vectors that the scanner's page has to read as well."""

import base64
import json
from pathlib import Path

import pytest
from cryptography.exceptions import InvalidTag

from tests.factories.events import EventFactory
from ticketing import errors, qr
from ticketing.models import RetiredCode, SigningKey
from ticketing.names import decrypt_name, encrypt_name

VECTORS = json.loads(Path(__file__).with_name("door_vectors.json").read_text())
GOOD = [vector for vector in VECTORS if vector["signature"] == "good"]
OTHERS = [vector for vector in VECTORS if vector["signature"] != "good"]
CODE, OTHER = "00" * 16, "01" * 16


@pytest.fixture
def key(db):
    """The vectors' key, as if this event had made it."""
    public = base64.urlsafe_b64decode(GOOD[0]["public_key"] + "=")
    key = SigningKey(event=EventFactory(), key_id=GOOD[0]["key_id"], public_key=public)
    key.private_key = b""
    key.save()
    qr.keys.load_verifier.cache_clear()
    yield key
    qr.keys.load_verifier.cache_clear()


@pytest.mark.parametrize("vector", GOOD, ids=lambda vector: vector["name"])
def test_genuine_token_reads_as_the_vector_says(vector, key):
    token = qr.read_token(vector["token"])

    assert token == qr.Token(key.event_id, vector["code"], vector["type"])
    assert RetiredCode.digest_of(token.code)[:24] == vector["hash"]


@pytest.mark.parametrize("vector", OTHERS, ids=lambda vector: vector.get("why", "unknown key"))
def test_anything_else_is_unknown(vector, key):
    with pytest.raises(errors.UnknownTicket):
        qr.read_token(vector["token"])


@pytest.mark.parametrize("vector", GOOD, ids=lambda vector: vector["name"])
def test_name_is_encrypted_and_read_as_the_vector_says(vector):
    assert encrypt_name(vector["name"], code=vector["code"]) == vector["name_encrypted"]
    assert decrypt_name(vector["name_encrypted"], code=vector["code"]) == vector["name"]


def test_name_is_not_read_with_another_tickets_code():
    sealed = encrypt_name("Lin Example", code=CODE)

    with pytest.raises(InvalidTag):
        decrypt_name(sealed, code=OTHER)


def test_two_names_on_one_ticket_share_no_nonce():
    before, after = (encrypt_name(name, code=CODE) for name in ("Lin Example", "Ada Example"))

    assert before[:16] != after[:16]


def test_length_of_a_short_name_does_not_show():
    assert len(encrypt_name("Al", code=CODE)) == len(encrypt_name("Lin Example", code=CODE))
