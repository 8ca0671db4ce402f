"""The product as in production: web processes, worker and gateway on their own, to be killed.

All of them share the test's database, its Redis and one mailbox. The gateway runs apart and is
never killed: it takes money and tells of it, whoever is there to listen.
"""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from celery import Celery
from django.conf import settings
from django.db import connection

from orders.gateways import stripe

HERE = "127.0.0.1"
PYTHON = [sys.executable, "-m"]
START_SECONDS = 60
WEB = [
    *PYTHON, "gunicorn", "config.wsgi", "--log-level=error",
    "--worker-class=gthread", "--workers=1", "--threads=12",
]  # fmt: skip
WORKER = [
    *PYTHON, "celery", "-A", "config", "--quiet", "worker", "--pool=threads", "--concurrency=4",
    "--loglevel=error", "--without-gossip", "--without-mingle", "--without-heartbeat",
]  # fmt: skip


class Process:
    """A program in a session of its own, so that `kill` ends its children too and nothing else."""

    def __init__(self, command: list[str], environment: dict[str, str], port: int = 0) -> None:
        self.command, self.environment, self.port = command, environment, port
        self.running: subprocess.Popen[bytes] | None = None
        self.kills = 0

    def start(self) -> None:
        self.running = subprocess.Popen(
            self.command,
            env=os.environ | self.environment,
            start_new_session=True,
            stdout=subprocess.DEVNULL,
        )

    def kill(self) -> None:
        """SIGKILL: no handler runs, no transaction ends, no answer leaves."""
        if self.running:
            os.killpg(self.running.pid, signal.SIGKILL)
            self.running.wait()
            self.running, self.kills = None, self.kills + 1

    def kill_and_restart(self) -> None:
        self.kill()
        self.start()

    def wait_until_up(self) -> None:
        until = time.monotonic() + START_SECONDS
        while not _answers(f"http://{HERE}:{self.port}/healthz"):
            assert time.monotonic() < until, f"nothing answers at port {self.port}"
            time.sleep(0.05)


class House:
    """`shop` and `worker` may be killed; `gateway` takes the money and lives."""

    def __init__(self, mailbox: Path) -> None:
        ports = _free_ports(2)
        self.url, self.gateway_url = (f"http://{HERE}:{port}" for port in ports)
        self.environment = {
            "DATABASE_URL": _database_url(),
            "VAR_DIR": str(mailbox.parent),
            "SITE_URL": self.url,
            "STRIPE_API_BASE": f"{self.gateway_url}/sandbox/stripe",
            "LOG_LEVEL": "CRITICAL",
            "PYTHONWARNINGS": "ignore",
        }
        self.shop = self._web(ports[0])
        self.gateway = self._web(ports[1])
        self.worker = Process(WORKER, self.environment)
        self.all = [self.gateway, self.shop, self.worker]

    def _web(self, port: int) -> Process:
        return Process([*WEB, f"--bind={HERE}:{port}"], self.environment, port)

    def order_task(self, name: str) -> None:
        """As the clock's process does: a worker, once one lives, takes it from the broker."""
        with Celery(broker=settings.CELERY_BROKER_URL, set_as_current=False) as outside:
            outside.send_task(f"checkout.jobs.{name}", ignore_result=True)


def _database_url() -> str:
    url = urlsplit(os.environ["DATABASE_URL"])
    return url._replace(path=f"/{connection.settings_dict['NAME']}").geturl()


def _free_ports(count: int) -> list[int]:
    """Held open together, so that no two are the same."""
    sockets = [socket.create_server((HERE, 0)) for _ in range(count)]
    ports = [free.getsockname()[1] for free in sockets]
    for free in sockets:
        free.close()
    return ports


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=2):
            return True
    except (urllib.error.URLError, OSError):
        return False


@contextmanager
def open_house(mailbox: Path) -> Iterator[House]:
    house = House(mailbox)
    try:
        for process in house.all:
            process.start()
        house.gateway.wait_until_up()
        house.shop.wait_until_up()
        yield house
    finally:
        for process in house.all:
            process.kill()


@pytest.fixture
def house(transactional_db, settings, tmp_path) -> Iterator[House]:
    """Running, and this process too speaks to its gateway and writes into its mailbox."""
    settings.EMAIL_BACKEND = "sandbox.mail.MailboxBackend"
    settings.MAILBOX_DIR = tmp_path / "mailbox"
    with open_house(settings.MAILBOX_DIR) as opened:
        settings.SITE_URL = opened.url
        settings.STRIPE_API_BASE = opened.environment["STRIPE_API_BASE"]
        settings.SANDBOX_WEBHOOK_URL = f"{opened.url}/webhooks/stripe/"
        yield opened
    stripe.http_client().close()
    stripe.http_client.cache_clear()


def told() -> set[str]:
    """Every address that got a mail."""
    found = (path.read_text() for path in Path(settings.MAILBOX_DIR).glob("*.eml"))
    lines = (line for text in found for line in text.splitlines())
    return {line.split()[1] for line in lines if line.startswith("X-Envelope-To:")}
