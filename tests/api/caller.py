"""Programs that talk to the API, with and without a token."""

from typing import Any
from uuid import uuid4

from django.test import Client

from accounts.models import TokenScope
from accounts.services import create_api_token
from tests.factories.accounts import UserFactory

ROOT = "/api/v1/"
ALL = list(TokenScope)


class Caller:
    """Speaks JSON and English; `secret` is the token it shows, if it has one."""

    def __init__(self, secret: str = "") -> None:
        self.client = Client(headers={"accept-language": "en"})
        self.headers = {"authorization": f"Bearer {secret}"} if secret else {}

    def get(self, path: str, **query: Any):
        return self.client.get(ROOT + path, query, headers=self.headers)

    def post(self, path: str, body: Any, **headers: str):
        given = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.client.post(
            ROOT + path, body, content_type="application/json", headers=self.headers | given
        )

    def delete(self, path: str):
        return self.client.delete(ROOT + path, headers=self.headers)

    def order(self, event, body: dict, key: str | None = None):
        path = f"events/{event.slug}/orders/"
        return self.post(path, body, idempotency_key=key or str(uuid4()))


def caller_of(user=None, scopes=ALL, **fields: Any) -> Caller:
    _token, secret = create_api_token(
        user=user or UserFactory(), name="script", scopes=scopes, **fields
    )
    return Caller(secret)
