"""How many people a door lets in a second, and whether that falls as the event grows.

python -m bench.door [--small 1000] [--large 200000] [--seconds 6] [--callers 8] [--load 20000]

Serves the product with gunicorn's threads on loopback and PostgreSQL, and lets several phones
scan at once, each scan another ticket. Beside it, under the same server and in the same run, a
bare view does the same work in the database and nothing else. Prints admissions a second of both
at the small and the large event, and the cost of the large one; 1.2 is what we allow. Then loads
the tickets of one event on a phone, and prints bytes and seconds.

Brings its own PostgreSQL unless DATABASE_URL names one, in a database of its own that is thrown
away.
"""

import argparse
import gzip
import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any
from urllib.parse import urlsplit, urlunsplit
from uuid import uuid4

from bench.scale import fill
from tests import services

WORKERS, THREADS = 2, 4
Scan = tuple[str, str]  # a ticket's QR text and its code


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


@contextmanager
def served(application: str) -> Iterator[int]:
    """gunicorn in its own process group, by the port it listens on."""
    port = free_port()
    command = [
        sys.executable, "-m", "gunicorn", application, "--bind", f"127.0.0.1:{port}",
        "--worker-class", "gthread", "--workers", str(WORKERS), "--threads", str(THREADS),
        "--log-level", "error", "--keep-alive", "30",
    ]  # fmt: skip
    server = subprocess.Popen(command, start_new_session=True)
    try:
        wait_for(port)
        yield port
    finally:
        os.killpg(server.pid, signal.SIGTERM)
        server.wait(timeout=20)


def wait_for(port: int) -> None:
    for _ in range(300):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise TimeoutError("the server did not start")


class Phone:
    """One connection that is kept, as a browser keeps it."""

    def __init__(self, port: int, secret: str) -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        self.headers = {
            "Authorization": f"Bearer {secret}",
            "Content-Type": "application/json",
            "Accept-Encoding": "gzip",
        }

    def post(self, path: str, body: dict[str, Any]) -> bytes:
        self.connection.request("POST", path, json.dumps(body), self.headers)
        return self._answer()

    def get(self, path: str) -> bytes:
        self.connection.request("GET", path, headers=self.headers)
        return self._answer()

    def _answer(self) -> bytes:
        response = self.connection.getresponse()
        content = response.read()
        assert response.status < 300, content
        return content


def admitted_per_second(
    phones: list[Phone], scan: Callable[[Phone, Scan], bool], scans: Iterator[Scan], seconds: float
) -> float:
    """All phones scan until the time is over; the lock only hands out the next ticket."""
    lock, counts = threading.Lock(), [0] * len(phones)
    end = time.perf_counter() + seconds

    def stand(number: int) -> None:
        while time.perf_counter() < end:
            with lock:
                one = next(scans)
            counts[number] += scan(phones[number], one)

    threads = [threading.Thread(target=stand, args=(number,)) for number in range(len(phones))]
    start = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(counts) / (time.perf_counter() - start)


def scan_at_door(phone: Phone, scan: Scan) -> bool:
    """Whether somebody came in: whoever was on the way when all were sent out is in already."""
    body = {"code": scan[0], "nonce": str(uuid4()), "device_ms": int(time.time() * 1000)}
    answer = json.loads(phone.post("/api/v1/door/scan/", body))
    assert answer["kind"] in {"in", "again"}, answer
    return answer["kind"] == "in"


def scan_bare(phone: Phone, scan: Scan) -> bool:
    phone.post("/", {"code": scan[1], "nonce": str(uuid4())})
    return True


def prepare(count: int) -> tuple[Any, str, list[Scan]]:
    """An event with so many tickets, a phone's secret, and tickets spread over the whole event."""
    from tests.factories.events import EventFactory
    from tests.factories.ticketing import DeviceFactory, TicketTypeFactory, secret_of
    from ticketing import qr
    from ticketing.models import Ticket
    from ticketing.services.doors import lists_of

    event: Any = EventFactory()
    kind: Any = TicketTypeFactory(event=event)
    fill(event, kind, count)
    lists_of(event)  # the door makes one at its first look, and the bare view none
    device: Any = DeviceFactory(event=event)
    step = max(1, count // 40_000)
    tickets = list(Ticket.objects.filter(event=event).order_by("pk")[::step])
    codes = qr.tokens_for(tickets)
    return event, secret_of(device), list(zip(codes, [t.code for t in tickets], strict=True))


def load(port: int, secret: str) -> tuple[int, int, int, float]:
    """Everything that a phone needs, page by page: tickets, bytes on the wire, bytes, seconds."""
    phone, cursor, tickets, wire, plain = Phone(port, secret), "", 0, 0, 0
    start, has_more = time.perf_counter(), True
    while has_more:
        sent = phone.get(f"/api/v1/door/sync/?cursor={cursor}")
        text = gzip.decompress(sent)
        page = json.loads(text)
        wire, plain = wire + len(sent), plain + len(text)
        tickets, cursor, has_more = tickets + len(page["tickets"]), page["cursor"], page["more"]
    return tickets, wire, plain, time.perf_counter() - start


def again(scans: list[Scan]) -> Iterator[Scan]:
    """Each once, and then from the beginning after everybody was sent out."""
    from ticketing.models import CheckIn, Ticket

    while True:
        yield from scans
        CheckIn.objects.all().delete()
        Ticket.objects.filter(checked_in_at__isnull=False).update(checked_in_at=None)


def measure(options: argparse.Namespace) -> None:
    from django.db import connection

    events = {count: prepare(count) for count in (options.small, options.large)}
    loaded = prepare(options.load)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    rates: dict[str, dict[int, float]] = {"the door": {}, "a bare view": {}}
    with served("bench.door_app") as door, served("bench.bare_door") as bare:
        for count, (_event, secret, scans) in events.items():
            supply = again(scans)
            for name, port, scan in (
                ("a bare view", bare, scan_bare),
                ("the door", door, scan_at_door),
            ):
                phones = [Phone(port, secret) for _ in range(options.callers)]
                admitted_per_second(phones, scan, supply, 1)  # connections, keys, plans
                rates[name][count] = admitted_per_second(phones, scan, supply, options.seconds)
        report(rates, options)
        report_load(*load(door, loaded[1]))


def report(rates: dict[str, dict[int, float]], options: argparse.Namespace) -> None:
    for name, found in rates.items():
        small, large = found[options.small], found[options.large]
        print(
            f"{name:12} {small:8.0f}/s at {options.small:,}"
            f" {large:8.0f}/s at {options.large:,}   cost x{small / large:.2f}"
        )
    for count in (options.small, options.large):
        ratio = rates["the door"][count] / rates["a bare view"][count]
        print(f"the door does {ratio:.0%} of a bare view at {count:,}")


def report_load(tickets: int, wire: int, plain: int, seconds: float) -> None:
    print(
        f"{tickets:,} tickets on a phone: {wire / 1e6:.2f} MB gzipped, {plain / 1e6:.2f} MB plain,"
        f" {seconds:.1f} s"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--small", type=int, default=1_000)
    parser.add_argument("--large", type=int, default=200_000)
    parser.add_argument("--load", type=int, default=20_000)
    parser.add_argument("--seconds", type=float, default=6)
    parser.add_argument("--callers", type=int, default=8)
    options = parser.parse_args()
    with ExitStack() as stack:
        services.start(stack)
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
        import django

        django.setup()
        from django.db import connection
        from django.test.utils import setup_test_environment

        setup_test_environment()
        connection.creation.create_test_db(verbosity=0)
        settle_servers(str(connection.settings_dict["NAME"]))
        measure(options)
        connection.creation.destroy_test_db("", verbosity=0)


def settle_servers(database: str) -> None:
    """The servers are processes of their own, set up as in production: the same database, no
    DEBUG, and the files that pages name."""
    parts = urlsplit(os.environ["DATABASE_URL"])
    os.environ |= {
        "DATABASE_URL": urlunsplit(parts._replace(path=f"/{database}")),
        "DEBUG": "",
        "ENCRYPTION_KEY": services.SETTINGS["SECRET_KEY"],
        "ALLOWED_HOSTS": "127.0.0.1",
        "DEFAULT_FROM_EMAIL": "bench@example.com",
    }
    collect = [sys.executable, "manage.py", "collectstatic", "--noinput", "--verbosity", "0"]
    subprocess.run(collect, check=True)


if __name__ == "__main__":
    main()
