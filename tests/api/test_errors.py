"""Whatever goes wrong, the answer is `{code, detail, fields}`."""

import json

import pytest
from django.db import connection

from accounts.models import ApiToken
from api.throttles import AnonymousOrderThrottle, AnonymousThrottle
from tests.api.caller import ROOT, Caller

pytestmark = pytest.mark.django_db


def short(response) -> tuple[int, str]:
    body = response.json()
    assert response["Content-Type"] == "application/json"
    assert {"code", "detail", "fields"} <= body.keys() <= {"code", "detail", "fields", "params"}
    assert body["detail"]
    return response.status_code, body["code"]


def raw(caller: Caller, body: bytes | str, content_type: str = "application/json"):
    path = f"{ROOT}events/zk-night/orders/"
    return caller.client.generic("POST", path, body, content_type, headers=caller.headers)


@pytest.mark.parametrize("path", ["nothing/", "events", "events/ZK night/", "orders/1/", "x" * 900])
@pytest.mark.parametrize("method", ["get", "post", "put", "delete", "options"])
def test_unknown_address(anonymous, path, method):
    response = getattr(anonymous.client, method)(ROOT + path)

    assert short(response) == (404, "not_found")


def test_hidden_and_unknown_events_are_told_alike(anonymous, stranger, event):
    event.__class__.objects.update(status="draft")

    hidden, unknown = (stranger.get(f"events/{slug}/").json() for slug in ("zk-night", "none"))

    assert hidden == unknown == {"code": "not_found", "detail": "Not found.", "fields": {}}


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("post", "events/"),
        ("options", "events/"),
        ("get", "events/zk-night/orders/"),
        ("patch", "events/zk-night/"),
        ("put", "schema/"),
    ],
)
def test_wrong_method(anonymous, event, method, path):
    response = getattr(anonymous.client, method)(ROOT + path)

    assert short(response) == (405, "method_not_allowed")
    assert response["Allow"]


def test_wrong_content_type(anonymous, event):
    assert short(raw(anonymous, "a=b", "application/x-www-form-urlencoded")) == (
        415,
        "unsupported_media_type",
    )


def test_wrong_accept(anonymous, event):
    response = anonymous.client.get(f"{ROOT}events/", headers={"accept": "text/csv"})

    assert short(response) == (406, "not_acceptable")


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b'{"a": NaN}', b"\xff\xfe", b"[" * 100_000, b'{"a": ' + b"1" * 5000 + b"}"],
)
def test_unreadable_body(anonymous, event, body):
    assert short(raw(anonymous, body)) in {(400, "parse_error"), (400, "invalid")}


@pytest.mark.parametrize("body", ["[]", "1", '"text"', "null", '{"tickets": {"0": []}}'])
def test_body_of_another_shape(anonymous, event, body):
    assert short(raw(anonymous, body)) == (400, "invalid")


@pytest.mark.parametrize("charset", ["rot13", "base64", "utf-16", "nonsense"])
def test_charset_is_always_utf8(anonymous, event, charset):
    response = raw(anonymous, "{}", f"application/json; charset={charset}")

    assert short(response) == (400, "invalid")


def test_body_that_is_too_large(anonymous, event):
    assert short(raw(anonymous, json.dumps({"name": "x" * 300_000}))) == (413, "too_large")


@pytest.mark.parametrize("secret", ["c1_none", "é", "", "a b"])
def test_wrong_token_is_refused_even_where_none_is_needed(event, secret):
    response = Caller().client.get(
        f"{ROOT}events/", headers={"authorization": f"Bearer {secret}", "accept-language": "en"}
    )

    assert short(response) == (401, "authentication_failed")
    assert response["WWW-Authenticate"] == "Bearer"


def test_missing_token(anonymous, event):
    response = anonymous.get("events/zk-night/attendees/")

    assert short(response) == (401, "not_authenticated")
    assert response["WWW-Authenticate"] == "Bearer"


def test_detail_follows_the_readers_language(event):
    response = Caller().client.get(f"{ROOT}events/none/", headers={"accept-language": "zh-hans"})

    assert response.json()["code"] == "not_found"
    assert response["Content-Language"] == "zh-hans"


def test_too_many_requests(anonymous, monkeypatch):
    monkeypatch.setattr(AnonymousThrottle, "rate", "1/min", raising=False)
    anonymous.get("events/")

    response = anonymous.get("events/")

    assert short(response) == (429, "throttled")
    assert 0 < int(response["Retry-After"]) <= 61


def test_strangers_get_few_orders_and_tokens_many(anonymous, stranger, event, monkeypatch):
    monkeypatch.setattr(AnonymousOrderThrottle, "rate", "1/hour", raising=False)

    statuses = [
        [caller.order(event, {}).status_code for _ in range(2)] for caller in (anonymous, stranger)
    ]

    assert statuses == [[400, 429], [400, 400]]


def test_fault_of_ours_says_nothing_of_its_cause(organizer, event, caplog):
    organizer.client.raise_request_exception = False
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE ticketing_ticket RENAME TO elsewhere")

    response = organizer.get("events/zk-night/attendees/", search="林晓舟")

    assert short(response) == (500, "error")
    assert response.json()["detail"] == "Something went wrong on our side. Please try again later."
    assert "林晓舟" not in caplog.text
    assert "unhandled" in caplog.text


def test_no_token_in_the_log(stranger, event, caplog):
    caplog.set_level("INFO")

    stranger.get("events/")
    stranger.get("events/none/")

    assert stranger.headers["authorization"].removeprefix("Bearer ") not in caplog.text
    assert ApiToken.objects.get().digest not in caplog.text
