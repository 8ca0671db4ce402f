"""The part of `seed_demo` about contributors and the pool, on top of `checkout.demo`'s world."""

from incentives.demo.passes import add_passes
from incentives.demo.periods import add_periods
from incentives.demo.work import add_work


def make_pool() -> None:
    """Repeatable: what is there stays."""
    add_work()
    add_passes()
    add_periods()
