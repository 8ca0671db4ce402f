"""What the database refuses, whoever asks."""

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from incentives.models import (
    CategoryBudget,
    Contribution,
    ContributionShare,
    Decision,
    PointsRow,
    PointsTable,
    Size,
    Verdict,
)
from tests.factories.accounts import UserFactory
from tests.factories.incentives import ContributionFactory, PointsTableFactory

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite]


def refused(change, error=DatabaseError) -> str:
    with pytest.raises(error) as caught, transaction.atomic():
        change()
    return str(caught.value)


@pytest.mark.parametrize("verdict", ["accept", "reject", "revoke", "question"])
def test_no_reviewers_word_on_ones_own_work(verdict):
    author, co_author = UserFactory(), UserFactory()
    work = ContributionFactory(created_by=author, shares=[(co_author, 10_000)])
    size = Size.SMALL if verdict == "accept" else ""

    for own in (author, co_author):
        word = Decision(contribution=work, by=own, verdict=verdict, size=size, text="good")
        assert "nobody reviews their own work" in refused(word.save)

    assert Decision.objects.count() == 0


def test_no_share_for_its_reviewer():
    work, reviewer = ContributionFactory(), UserFactory()
    Decision.objects.create(contribution=work, by=reviewer, verdict=Verdict.REJECT, text="no")

    share = ContributionShare(contribution=work, user=reviewer, weight=1)
    assert "nobody reviews their own work" in refused(share.save)
    change = ContributionShare.objects.filter(contribution=work)
    assert "nobody reviews their own work" in refused(lambda: change.update(user=reviewer))


def test_authors_may_answer():
    work = ContributionFactory()

    Decision.objects.create(
        contribution=work, by=work.created_by, verdict=Verdict.ANSWER, text="In the second part."
    )

    assert work.decisions.count() == 1


def test_nobody_decides_twice():
    work, reviewer = ContributionFactory(), UserFactory()
    Decision.objects.create(contribution=work, by=reviewer, verdict=Verdict.REJECT, text="no")

    again = Decision(contribution=work, by=reviewer, verdict=Verdict.ACCEPT, size="S", round=1)
    refused(again.save, IntegrityError)
    assert work.decisions.count() == 1


def test_what_was_said_stays():
    work = ContributionFactory()
    Decision.objects.create(
        contribution=work, by=UserFactory(), verdict=Verdict.REJECT, text="no source"
    )

    assert "stays" in refused(lambda: Decision.objects.update(text="fine"))
    assert "stays" in refused(lambda: Decision.objects.all().delete())
    assert Decision.objects.get().text == "no source"


def test_a_published_table_stays():
    table = PointsTableFactory()

    for change in (
        lambda: PointsTable.objects.update(note="other"),
        lambda: PointsTable.objects.update(published_at=None),
        lambda: PointsRow.objects.update(points=1),
        lambda: PointsRow.objects.all().delete(),
        lambda: CategoryBudget.objects.update(bps=1),
        lambda: CategoryBudget.objects.all().delete(),
    ):
        assert "what was published stays" in refused(change)
    PointsTable.objects.filter(pk=table.pk + 1).delete()  # nothing of it: nothing refused


def test_a_published_table_gets_no_further_row():
    table = PointsTableFactory(draft=True)
    row = table.rows.first()
    PointsRow.objects.filter(pk=row.pk).delete()
    table.published_at = "2026-11-01T00:00Z"
    table.save(update_fields=["published_at"])

    late = PointsRow(table=table, kind=row.kind, size=row.size, points=999)

    assert "what was published stays" in refused(late.save)


def test_there_is_one_draft_of_a_table():
    PointsTableFactory(draft=True)

    refused(lambda: PointsTable.objects.create(version=9_999), IntegrityError)


@pytest.mark.parametrize(
    "wrong",
    [
        {"status": "accepted"},
        {"points": 5},
        {"submitted_at": None},
        {"decided_at": "2026-11-01T00:00Z"},
        {"evidence_url": ""},
        {"kind": "dance"},
        {"size_asked": "X"},
    ],
)
def test_a_contribution_is_whole(wrong):
    work = ContributionFactory()

    refused(lambda: Contribution.objects.filter(pk=work.pk).update(**wrong), IntegrityError)
