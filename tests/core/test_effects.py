import pytest
from django.db import transaction

from core.effects import after_commit, effects_dropped


class BrokerDown(OSError):
    pass


def raise_broker_down(order_id: int) -> None:
    raise BrokerDown(order_id)


@pytest.mark.django_db(transaction=True)
def test_effect_comes_after_the_commit():
    done = []

    with transaction.atomic():
        after_commit(done.append, 7)
        assert done == []

    assert done == [7]


@pytest.mark.django_db(transaction=True)
def test_effect_that_fails_is_logged_and_harms_nobody(caplog):
    done = []

    with transaction.atomic():
        after_commit(raise_broker_down, 7)
        after_commit(done.append, 8)

    assert done == [8]
    assert [record.exc_info[0] for record in caplog.records] == [BrokerDown]


@pytest.mark.django_db(transaction=True)
def test_effects_can_be_dropped_for_a_while():
    done = []

    with effects_dropped(), transaction.atomic():
        after_commit(done.append, 7)
    with transaction.atomic():
        after_commit(done.append, 8)

    assert done == [8]
