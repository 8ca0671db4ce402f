"""Several people at once, each with a database connection of their own."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

from django.db import connection


def at_once(people: int, act: Callable[[int], Any]) -> list[Any]:
    """Run `act(number)` for everybody at the same moment; an exception is that person's result."""
    start = Barrier(people, timeout=30)

    def run(number: int) -> Any:
        try:
            connection.ensure_connection()
            start.wait()
            return act(number)
        except Exception as error:
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(people) as pool:
        return list(pool.map(run, range(people)))
