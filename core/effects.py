"""What leaves the house once a transaction has been committed."""

from collections.abc import Callable

from django.db import transaction


def after_commit(act: Callable[..., object], *args: object) -> None:
    """Call `act(*args)` after the commit; what it raises is logged, not thrown at the caller.

    What was committed stays done: a broker that is down must not turn a placed order into an
    error page. Not a `functools.partial` with `robust=True`: Django names the callback by its
    `__qualname__` when it fails, which a partial lacks, and so raises after all.
    """

    def effect() -> None:
        act(*args)

    transaction.on_commit(effect, robust=True)
