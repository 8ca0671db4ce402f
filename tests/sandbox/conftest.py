"""The real SDK against a live server, and a small shop that hears of events."""

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlsplit

import pytest
import stripe
from django.test import Client

from sandbox.models import CheckoutSession
from sandbox.services.pump import pump

SECRET = "whsec_only_for_tests"


@dataclass
class Shop:
    """Keeps what was posted to it; answers `answers` one by one, then 200."""

    url: str = ""
    posts: list[tuple[str, str]] = field(default_factory=list)
    answers: list[int] = field(default_factory=list)

    @property
    def events(self) -> list[stripe.Event]:
        """What came, verified by the SDK as a shop would."""
        return [
            stripe.Webhook.construct_event(body, signature, SECRET)
            for body, signature in self.posts
        ]

    @property
    def kinds(self) -> list[str]:
        return [event.type for event in self.events]


@pytest.fixture
def shop(settings: Any) -> Iterator[Shop]:
    shop = Shop()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            shop.posts.append((body, self.headers["Stripe-Signature"]))
            self.send_response(shop.answers.pop(0) if shop.answers else 200)
            self.end_headers()

        def log_message(self, *args: Any) -> None:
            """Keep the output of the tests quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    shop.url = f"http://127.0.0.1:{server.server_port}/"
    settings.SANDBOX_WEBHOOK_URL, settings.SANDBOX_WEBHOOK_SECRET = shop.url, SECRET
    yield shop
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def autodeliver(settings: Any) -> Iterator[None]:
    """Let the threads of the process deliver, as in the demo."""
    settings.SANDBOX_AUTODELIVER = True
    yield
    pump.stop()


class InProcess(stripe.HTTPClient):
    """Carries the SDK's calls to our views without a socket, inside the test's transaction."""

    name = "in-process"

    def __init__(self) -> None:
        super().__init__()
        self.browser = Client()

    def request(
        self, method: str, url: str, headers: Any, post_data: Any = None, **options: Any
    ) -> tuple[str, int, dict[str, str]]:
        address = urlsplit(url)
        answer = self.browser.generic(
            method.upper(),
            f"{address.path}?{address.query}",
            post_data or "",
            content_type="application/x-www-form-urlencoded",
            headers=headers,
        )
        return answer.text, answer.status_code, dict(answer.headers)


@pytest.fixture
def gateway(db: None, settings: Any) -> stripe.StripeClient:
    settings.SITE_URL = "http://testserver"
    return client(settings.SITE_URL, InProcess())


@pytest.fixture
def live_gateway(live_server: Any, settings: Any) -> Iterator[stripe.StripeClient]:
    """The same over HTTP: for calls at one moment, and for lines that are cut."""
    settings.SITE_URL = live_server.url
    line = stripe.RequestsClient()
    yield client(live_server.url, line)
    line.close()  # else a thread of the server keeps its connection to the database


def client(site: str, line: stripe.HTTPClient) -> stripe.StripeClient:
    return stripe.StripeClient(
        "sk_sandbox_test",
        base_addresses={"api": f"{site}/sandbox/stripe"},
        max_network_retries=0,
        http_client=line,
    )


def order(**changes: Any) -> dict[str, Any]:
    """The parameters of a session: two tickets of ¥64."""
    price = {"currency": "cny", "unit_amount": 6400, "product_data": {"name": "Ticket"}}
    return {
        "mode": "payment",
        "line_items": [{"price_data": price, "quantity": 2}],
        "payment_method_types": ["card", "alipay"],
        "client_reference_id": "order-1",
        "metadata": {"payment": "p1"},
        "payment_intent_data": {"metadata": {"payment": "p1"}},
        "customer_email": "mei@example.com",
        "success_url": "http://testserver/done/?session={CHECKOUT_SESSION_ID}",
        "cancel_url": "http://testserver/back/",
        **changes,
    }


@pytest.fixture
def session(gateway: stripe.StripeClient) -> stripe.checkout.Session:
    return gateway.v1.checkout.sessions.create(order())


@pytest.fixture
def live_session(live_gateway: stripe.StripeClient) -> stripe.checkout.Session:
    return live_gateway.v1.checkout.sessions.create(order())


def press(session_id: str, outcome: str, **fields: Any) -> Any:
    """Press a button of the hosted page."""
    data = {"outcome": outcome, "method": "card", **fields}
    return Client().post(f"/sandbox/pay/{session_id}/", data)


def row(session: stripe.checkout.Session) -> CheckoutSession:
    return CheckoutSession.objects.get(public_id=session.id)


def wait_for(condition: Callable[[], object], *, seconds: float = 5) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.02)
