"""Points of co-authors sum to those of the work, and nobody reviews their own, whatever is tried."""

from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st
from hypothesis.extra.django import TestCase

from core.errors import DomainError
from core.money import allocate
from incentives.errors import OwnWork
from incentives.models import Contribution, ContributionShare, Decision, Size
from incentives.models.contributions import REVIEWING
from incentives.services import contributions, reviews
from orders.models.shares import WHOLE
from tests.factories.accounts import UserFactory
from tests.factories.incentives import ContributionFactory, OfficerFactory, PointsTableFactory

weights = st.lists(st.integers(1, WHOLE), min_size=1, max_size=8).map(
    lambda drawn: allocate(WHOLE - len(drawn), drawn)
)
VERBS = ("accept", "reject", "ask", "revoke", "answer", "appeal", "withdraw")
steps = st.lists(
    st.tuples(st.sampled_from(VERBS), st.integers(0, 4), st.sampled_from(list(Size))), max_size=12
)
few = settings(max_examples=40, suppress_health_check=[HealthCheck.too_slow], deadline=None)


@given(points=st.integers(1, 1_000_000), drawn=weights)
def test_points_are_divided_to_the_last_one_and_fairly(points, drawn):
    parts = [weight + 1 for weight in drawn]

    shares = allocate(points, parts)

    assert sum(parts) == WHOLE
    assert sum(shares) == points
    for share, weight in zip(shares, parts, strict=True):
        assert abs(share * WHOLE - points * weight) < WHOLE
    by_weight = sorted(zip(parts, shares, strict=True))
    assert all(a[1] <= b[1] for a, b in pairwise(by_weight) if a[0] < b[0])


class TestHistories(TestCase):
    @few
    @given(steps=steps, drawn=weights)
    def test_what_always_holds_of_a_contribution(self, steps, drawn):
        """People 0 and 1 are its authors and reviewers as well; 2, 3 and 4 only review."""
        PointsTableFactory()
        people = [OfficerFactory().user for _each in range(5)]
        others = [(UserFactory(), weight + 1) for weight in drawn[2:]]
        mine = WHOLE - sum(weight for _user, weight in others)
        half = mine // 2
        work = ContributionFactory(
            created_by=people[0], shares=[(people[0], half), (people[1], mine - half), *others]
        )
        for verb, who, size in steps:
            _try(work, verb, people[who], size)
            _check(work, {people[0].pk, people[1].pk})


def _try(work, verb, by, size):
    words = {"contribution": work, "by": by}
    if verb == "accept":
        words["size"] = size
    elif verb != "withdraw":
        words["text"] = "So it is."
    service = getattr(reviews, verb, None) or getattr(contributions, verb)
    is_own = work.shares.filter(user=by).exists()
    before = list(Decision.objects.values_list("pk", flat=True))
    try:
        service(**words)
    except DomainError:
        assert list(Decision.objects.values_list("pk", flat=True)) == before
        return
    assert not (is_own and verb in REVIEWING_VERBS)


REVIEWING_VERBS = ("accept", "reject", "ask", "revoke")


def _check(work, authors):
    work = Contribution.objects.get(pk=work.pk)
    points = sum(
        ContributionShare.objects.filter(contribution=work).values_list("points", flat=True)
    )
    assert points == (work.points or 0)
    said = list(work.decisions.values_list("verdict", "by", "size", "round"))
    assert not any(verdict in REVIEWING and by in authors for verdict, by, _size, _round in said)
    if work.status == "accepted":
        eyes = {
            by for verdict, by, size, _round in said if verdict == "accept" and size == work.size
        }
        assert len(eyes) >= (2 if work.size == Size.LARGE else 1)
        table = work.table.rows.get(kind=work.kind, size=work.size)
        assert work.points == table.points


def test_own_work_is_refused_by_its_name(db):
    PointsTableFactory()
    author = OfficerFactory().user
    work = ContributionFactory(created_by=author)

    with pytest.raises(OwnWork):
        reviews.accept(contribution=work, by=author, size=Size.SMALL)
