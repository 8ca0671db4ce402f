"""What leaves the house once a transaction has been committed."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from django.db import transaction

_dropped: ContextVar[bool] = ContextVar("dropped", default=False)


@contextmanager
def effects_dropped() -> Iterator[None]:
    """What services would send out meanwhile is not sent, for a story that is told after the fact.

    What state says is owed stays owed: the caller writes down that it is done, or the clock
    will send it.
    """
    token = _dropped.set(True)
    try:
        yield
    finally:
        _dropped.reset(token)


def after_commit(act: Callable[..., object], *args: object) -> None:
    """Call `act(*args)` after the commit; what it raises is logged, not thrown at the caller.

    What was committed stays done: a broker that is down must not turn a placed order into an
    error page. Not a `functools.partial` with `robust=True`: Django names the callback by its
    `__qualname__` when it fails, which a partial lacks, and so raises after all.
    """

    if _dropped.get():
        return

    def effect() -> None:
        act(*args)

    transaction.on_commit(effect, robust=True)
