from datetime import timedelta

import pytest
from django.utils import timezone

from incentives.errors import RateInThePast, RateKnown, RateUnchanged
from incentives.services.rates import set_rate
from orders.models import SaleKind, ShareRate
from tests.factories.accounts import UserFactory

pytestmark = pytest.mark.django_db


def in_force(**ahead) -> dict[str, int]:
    return ShareRate.objects.in_force(timezone.now() + timedelta(**ahead))


def test_rate_is_added_and_the_former_stays_to_be_read():
    by, now = UserFactory(), timezone.now()
    set_rate(kind=SaleKind.MEETUP, bps=800, from_at=now, by=by)
    set_rate(kind=SaleKind.MEETUP, bps=1000, from_at=now + timedelta(days=30), by=by, note="more")

    assert in_force() == {"meetup": 800}
    assert in_force(days=31) == {"meetup": 1000}
    assert [rate.set_by for rate in ShareRate.objects.all()] == [by, by]


def test_rate_cannot_begin_in_the_past_but_a_form_may_lie_open_for_a_while():
    now = timezone.now()
    with pytest.raises(RateInThePast):
        set_rate(kind=SaleKind.COURSE, bps=500, from_at=now - timedelta(hours=1), by=None)
    rate = set_rate(kind=SaleKind.COURSE, bps=500, from_at=now - timedelta(minutes=5), by=None)

    assert rate.from_at >= now
    assert ShareRate.objects.count() == 1


def test_two_rates_from_one_moment_and_a_rate_that_changes_nothing_are_refused():
    later = timezone.now() + timedelta(days=1)
    set_rate(kind=SaleKind.COURSE, bps=500, from_at=later, by=None)

    with pytest.raises(RateKnown):
        set_rate(kind=SaleKind.COURSE, bps=600, from_at=later, by=None)
    with pytest.raises(RateUnchanged):
        set_rate(kind=SaleKind.COURSE, bps=500, from_at=later + timedelta(days=1), by=None)

    assert in_force(days=3) == {"course": 500}
