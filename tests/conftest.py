"""What every test may lean on: no outside network, tasks at once, quick password hashes."""

import ipaddress
import os
import socket
from collections.abc import Iterator

import pytest
from django.conf import settings
from django.core.cache import cache
from django.db import connections
from django.db.backends.postgresql.operations import DatabaseOperations
from django.db.backends.sqlite3.base import DatabaseOperations as SQLiteOperations
from hypothesis import HealthCheck, settings as hypothesis_settings
from pytest_django import DjangoDbBlocker

from config.celery import app as celery

hypothesis_settings.register_profile(
    "default", max_examples=50, deadline=None, derandomize=True, print_blob=True
)
hypothesis_settings.register_profile(
    "long", max_examples=2000, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
hypothesis_settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "default"))


def pytest_configure() -> None:
    settings.LANGUAGE_CODE = "en"  # messages as the code has them, unless a test asks for Chinese
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.WHITENOISE_AUTOREFRESH = True  # or each client would list all static files first
    settings.SANDBOX_AUTODELIVER = False
    celery.conf.update(task_always_eager=True, task_eager_propagates=True)
    DatabaseOperations.sql_flush = sql_flush  # type: ignore[method-assign]
    SQLiteOperations.sql_flush = sqlite_flush  # type: ignore[method-assign]


def sql_flush(self, style, tables, *, reset_sequences=False, allow_cascade=False) -> list[str]:
    """Empty `tables` after a test with real transactions, in 0.05 s instead of a second.

    TRUNCATE makes new files for each table and index. The role lets triggers rest, those of
    foreign keys and those that refuse to delete; it is the database superuser's to take.
    """
    deletes = [f"DELETE FROM {self.quote_name(table)};" for table in tables]
    return ["SET LOCAL session_replication_role = replica;", *deletes]


def sqlite_flush(self, style, tables, *, reset_sequences=False, allow_cascade=False) -> list[str]:
    """The same, where triggers never rest: those that refuse to delete go, and come again."""
    with self.connection.cursor() as cursor:
        cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
        triggers = dict(cursor.fetchall())
    drops = [f"DROP TRIGGER {self.quote_name(name)};" for name in triggers]
    deletes = [f"DELETE FROM {self.quote_name(table)};" for table in tables]
    return [*drops, *deletes, *triggers.values()]


class OutsideNetwork(AssertionError):
    """A test wanted to leave this machine."""


def is_here(host: str | bytes | None) -> bool:
    name = host.decode() if isinstance(host, bytes) else host
    if name in {None, "", "localhost", "testserver"}:
        return True
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False


@pytest.fixture(scope="session", autouse=True)
def loopback_only() -> Iterator[None]:
    """Refuse names and connections beyond this machine, so that no test depends on them.

    Only a run that is told to ask Stripe itself may leave: `-m stripe_live` with its key.
    """
    if os.environ.get("STRIPE_TEST_KEY"):
        yield
        return
    connect, resolve = socket.socket.connect, socket.getaddrinfo

    def guarded_connect(self, address):
        if self.family in {socket.AF_INET, socket.AF_INET6} and not is_here(address[0]):
            raise OutsideNetwork(f"a test connects to {address}")
        return connect(self, address)

    def guarded_resolve(host, *args, **kwargs):
        if not is_here(host):
            raise OutsideNetwork(f"a test looks up {host!r}")
        return resolve(host, *args, **kwargs)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket.socket, "connect", guarded_connect)
        patch.setattr(socket, "getaddrinfo", guarded_resolve)
        yield


@pytest.fixture(autouse=True)
def _fresh_cache() -> None:
    """Rate limits, for one, must not reach from one test into the next."""
    cache.clear()


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """The last browser's connection may still hold a thread of the test's server, and so the
    database that is about to go."""
    yield
    with django_db_blocker.unblock():
        if connections["default"].vendor == "postgresql":
            with connections["default"].cursor() as cursor:
                cursor.execute(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                    " WHERE datname = current_database() AND pid <> pg_backend_pid()"
                )


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings: None) -> None:
    """SQLite in memory loses what other threads write: give its tests a file."""
    default = connections.databases["default"]
    if default["ENGINE"] == "django.db.backends.sqlite3":
        default["TEST"]["NAME"] = str(settings.VAR_DIR / "test.sqlite3")
