"""Two reviewers decide about one contribution at the same moment."""

import time

import pytest

from incentives.errors import NotWaiting
from incentives.models import Contribution, ContributionStatus, Size
from incentives.models.contributions import FINAL
from incentives.services import contributions, reviews
from tests.concurrency.threads import at_once
from tests.factories.incentives import ContributionFactory, OfficerFactory, PointsTableFactory

pytestmark = [pytest.mark.concurrency, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def reviewers():
    PointsTableFactory()
    return [OfficerFactory().user for _each in range(2)]


def accept_large_at_once(work, reviewers):
    return at_once(2, lambda n: reviews.accept(contribution=work, by=reviewers[n], size=Size.LARGE))


def decide_both_ways_at_once(work, reviewers):
    def decide(number: int) -> Contribution:
        if number:
            return reviews.reject(contribution=work, by=reviewers[1], text="Too short.")
        return reviews.accept(contribution=work, by=reviewers[0], size=Size.SMALL)

    return at_once(2, decide)


@pytest.fixture
def _without_the_lock(monkeypatch):
    def read(contribution):
        return Contribution.objects.get(pk=contribution.pk)

    def dawdle_after(act):
        def slow(*args, **kwargs):
            done = act(*args, **kwargs)
            time.sleep(0.5)
            return done

        return slow

    monkeypatch.setattr(reviews, "lock", read)
    monkeypatch.setattr(reviews, "say", dawdle_after(contributions.say))
    monkeypatch.setattr(reviews, "accepts", dawdle_after(reviews.accepts))


def test_two_who_find_it_large_at_once_are_two(reviewers):
    work = ContributionFactory(size_asked=Size.LARGE)

    accept_large_at_once(work, reviewers)

    work.refresh_from_db()
    assert (work.status, work.points) == (ContributionStatus.ACCEPTED, 100)


@pytest.mark.usefixtures("_without_the_lock")
def test_without_the_lock_each_would_see_only_their_own_word(reviewers):
    work = ContributionFactory(size_asked=Size.LARGE)

    accept_large_at_once(work, reviewers)

    work.refresh_from_db()
    assert work.decisions.count() == 2
    assert work.status == ContributionStatus.SUBMITTED


def test_only_one_of_two_opposite_verdicts_is_given(reviewers):
    work = ContributionFactory()

    results = decide_both_ways_at_once(work, reviewers)

    assert [type(result) for result in results].count(NotWaiting) == 1
    assert work.decisions.filter(verdict__in=FINAL).count() == 1


@pytest.mark.usefixtures("_without_the_lock")
def test_without_the_lock_both_verdicts_would_be_given(reviewers):
    work = ContributionFactory()

    decide_both_ways_at_once(work, reviewers)

    assert work.decisions.filter(verdict__in=FINAL).count() == 2
