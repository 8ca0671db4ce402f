"""A few threads of this process that do what is due while anything waits."""

import logging
import threading
from collections.abc import Callable

from django.conf import settings
from django.db import connections

THREADS = 4
LONGEST_REST = 5.0

logger = logging.getLogger(__name__)


class Pump:
    """Daemon threads that call `work` until it answers None: nothing is waiting.

    `work` does what is due and returns the seconds until more is. Threads start with the
    first call of `wake`, so a forked server process has its own, and end by themselves.
    """

    def __init__(self) -> None:
        self.work: Callable[[], float | None] | None = None
        self._news = threading.Condition()
        self._threads: set[threading.Thread] = set()
        self._calls = 0
        self._is_stopping = False

    def wake(self) -> None:
        """Something may be due. Cheap, and harmless to call too often."""
        if not getattr(settings, "SANDBOX_AUTODELIVER", True):
            return
        with self._news:
            self._calls += 1
            self._news.notify_all()
            if len(self._threads) < THREADS:
                thread = threading.Thread(target=self._run, name="sandbox-pump", daemon=True)
                self._threads.add(thread)
                thread.start()

    def stop(self) -> None:
        """End all threads and wait for them. What is undone stays due."""
        with self._news:
            self._is_stopping = True
            self._news.notify_all()
            threads = list(self._threads)
        for thread in threads:
            thread.join()
        self._is_stopping = False

    def _run(self) -> None:
        try:
            while not self._is_over():
                continue
        except Exception:
            logger.exception("The sandbox rests until the next call.")
        finally:
            connections.close_all()
            with self._news:
                self._threads.discard(threading.current_thread())

    def _is_over(self) -> bool:
        """Work, then rest until more is due; true when nothing waits any more."""
        seen = self._calls
        rest = self.work() if self.work else None
        with self._news:
            if self._is_stopping:
                return True
            if self._calls != seen:
                return False
            if rest is None:
                self._threads.discard(threading.current_thread())
                return True
            self._news.wait(timeout=min(rest, LONGEST_REST) + 0.01)
            return self._is_stopping


pump = Pump()
