"""One use of a pass at two checkouts at once, of two events that have no row in common."""

from threading import Barrier

import pytest

from checkout.queries.audit import differences
from tests.checkout.shop import buy, paid_type
from tests.concurrency.threads import at_once
from tests.factories.accounts import UserFactory
from tests.factories.ticketing import FreePassFactory
from ticketing.errors import PassUsedUp
from ticketing.models import EventPasses, FreePass, PassLink, PassUse
from ticketing.services import pass_links, passes

pytestmark = [pytest.mark.concurrency, pytest.mark.django_db(transaction=True)]

CHECKOUTS = 4


@pytest.fixture
def kinds():
    return [paid_type() for _n in range(CHECKOUTS)]


def use_everywhere(free_pass, kinds) -> list[str]:
    def order(number: int):
        mine = FreePass.objects.select_related("user").get(pk=free_pass.pk)
        return buy(kinds[number], free_pass=mine, placed_by=mine.user)

    return sorted(type(result).__name__ for result in at_once(CHECKOUTS, order))


def test_one_use_at_several_checkouts_is_used_once(kinds):
    free_pass = FreePassFactory()

    results = use_everywhere(free_pass, kinds)

    assert results == ["Order"] + ["PassUsedUp"] * (CHECKOUTS - 1)
    free_pass.refresh_from_db()
    assert free_pass.used == PassUse.objects.count() == 1
    assert list(differences()) == []


def test_without_the_guard_the_same_use_is_had_everywhere(kinds, monkeypatch):
    everybody_looked = Barrier(CHECKOUTS, timeout=60)

    def take_without_guard(free_pass, event_id, good) -> None:
        """What a careless service does: read, look, write."""
        found = FreePass.objects.get(pk=free_pass.pk)
        if not found.left:
            raise PassUsedUp
        everybody_looked.wait()
        FreePass.objects.filter(pk=free_pass.pk).update(used=found.used + 1)

    monkeypatch.setattr(passes, "_take_of_pass", take_without_guard)

    assert use_everywhere(FreePassFactory(), kinds) == ["Order"] * CHECKOUTS
    assert PassUse.objects.count() == CHECKOUTS


def test_the_last_place_for_passes_is_given_to_one(kinds):
    kind = kinds[0]
    EventPasses.objects.create(event=kind.event, most=1)
    given = [FreePassFactory() for _n in range(CHECKOUTS)]

    def order(number: int):
        return buy(kind, free_pass=given[number], placed_by=given[number].user)

    results = sorted(type(result).__name__ for result in at_once(CHECKOUTS, order))

    assert results == ["Order"] + ["PassLimitReached"] * (CHECKOUTS - 1)


def test_a_policy_s_limit_holds_for_passes_used_at_once(kinds):
    given = [
        FreePassFactory(policy="helpers", policy_key=f"helpers:{n}", per_event_limit=2)
        for n in range(CHECKOUTS)
    ]

    def order(number: int):
        return buy(kinds[0], free_pass=given[number], placed_by=given[number].user)

    results = sorted(type(result).__name__ for result in at_once(CHECKOUTS, order))

    assert results == ["Order"] * 2 + ["PassLimitReached"] * 2


def test_of_two_friends_one_takes_the_pass():
    free_pass = FreePassFactory(is_transferable=True)
    link = pass_links.offer_pass(free_pass=free_pass, by=free_pass.user)
    friends = [UserFactory() for _n in range(2)]

    def take(number: int):
        mine = PassLink.objects.select_related("free_pass").get(pk=link.pk)
        return pass_links.take_over(link=mine, by=friends[number])

    results = sorted(type(result).__name__ for result in at_once(2, take))

    assert results == ["FreePass", "PassLinkGone"]
    free_pass.refresh_from_db()
    assert free_pass.user == PassLink.objects.get().taken_by
