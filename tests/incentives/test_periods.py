"""From an open period to money that people can ask for."""

from datetime import date, timedelta

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.utils import timezone

from incentives import errors
from incentives.models import (
    Contribution,
    Period,
    PeriodStatus,
    SettledShare,
    Statement,
    StatementDispute,
    StatementLine,
)
from incentives.services import periods
from incentives.settlement import FIRST, divide, rolled_over
from ledger.models import AccountKind
from ledger.queries import balance, unbalanced_transactions
from tests.factories.accounts import UserFactory
from tests.incentives.money import fill, may, published, take, work

pytestmark = pytest.mark.django_db


def owed(user, currency="CNY") -> int:
    return -balance(AccountKind.CONTRIBUTOR_PAYABLE, currency=currency, subject=f"user:{user.pk}")


def refused(error, act, **fields) -> None:
    """It is refused, and nothing changed."""
    before = list(Period.objects.values()), list(Statement.objects.values())
    with pytest.raises(error):
        act(**fields)
    assert (list(Period.objects.values()), list(Statement.objects.values())) == before


def test_a_month_is_settled_from_freeze_to_what_is_owed():
    ada, mei = UserFactory(), UserFactory()
    work(kind="article", shares=[(ada, 5000), (mei, 5000)])
    work(kind="talk", created_by=mei)
    fill(100_003)

    period = periods.finalize(period=published(), by=UserFactory())

    statement = Statement.objects.get()
    assert (period.status, statement.available_minor, statement.divided_minor) == (
        PeriodStatus.FINAL,
        100_003,
        30_000,
    )
    assert [
        (line.kind, line.user, line.points)
        for line in StatementLine.objects.order_by("kind", "user")
    ] == [("article", ada, 15), ("article", mei, 15), ("talk", mei, 30)]
    assert (owed(ada), owed(mei)) == (7_500, 22_500)
    assert balance(AccountKind.POOL_AVAILABLE, currency="CNY") == -70_003
    assert balance(AccountKind.POOL_COMMITTED, currency="CNY") == 0
    assert unbalanced_transactions() == []


def test_the_same_snapshot_gives_the_same_bytes_and_the_lines_follow_from_it():
    work(), work(kind="code")
    fill(99_999)
    period = periods.freeze(period=may(), by=UserFactory())
    first = Statement.objects.get()

    periods.freeze(period=period, by=UserFactory())

    again = Statement.objects.get()
    assert (again.inputs, again.digest) == (first.inputs, first.digest)
    assert again.pk != first.pk
    assert [
        (line.kind, line.person, line.points, line.amount_minor) for line in again.lines.all()
    ] == [tuple(part) for part in divide(again.snapshot)]
    assert again.rolled_over_minor == rolled_over(again.snapshot)


def test_each_currency_has_its_statement_and_the_chain_goes_through_both():
    author = work().created_by
    fill(10_000), fill(9_999, currency="JPY")

    periods.finalize(period=published(), by=UserFactory())

    cny, jpy = Statement.objects.all()
    assert (cny.currency, cny.previous, jpy.currency, jpy.previous) == (
        "CNY",
        FIRST,
        "JPY",
        cny.digest,
    )
    assert (owed(author), owed(author, "JPY")) == (1_500, 1_499)


def test_a_currency_with_too_few_orders_waits_for_more():
    work()
    fill(10_000), fill(9_999, currency="JPY", orders=4)

    periods.freeze(period=may(), by=UserFactory())

    assert [row.currency for row in Statement.objects.all()] == ["CNY"]


def test_too_few_orders_since_the_last_statement_wait_as_well():
    work()
    fill(10_000)
    periods.finalize(period=published(), by=UserFactory())
    work(done_on=date(2026, 6, 3))
    june = periods.open_period(start_on=date(2026, 6, 1), end_on=date(2026, 6, 30), by=None)
    fill(10_000, orders=4)

    refused(errors.NothingToDivide, periods.freeze, period=june, by=UserFactory())
    fill(1, orders=1)
    periods.freeze(period=june, by=UserFactory())

    assert Statement.objects.last().available_minor == 18_501


def test_a_kind_without_budget_waits_and_work_is_settled_once():
    written, other = work(), work(kind="code")
    fill(6)  # 15 % of it is nothing

    refused(errors.NothingToDivide, periods.freeze, period=may(), by=UserFactory())
    fill(10_000)
    periods.freeze(period=Period.objects.get(), by=UserFactory())

    assert sorted(SettledShare.objects.values_list("share__contribution", flat=True)) == [
        written.pk,
        other.pk,
    ]


def test_work_done_later_or_not_accepted_is_left_out():
    work(done_on=date(2026, 6, 1))
    late = work()
    Contribution.objects.filter(pk=late.pk).update(
        status="submitted", size="", points=None, table=None, decided_at=None
    )
    fill(10_000)

    refused(errors.NothingToDivide, periods.freeze, period=may(), by=UserFactory())


def test_a_period_is_frozen_only_when_it_is_over_and_alone():
    today = timezone.now().date()
    running = periods.open_period(start_on=today, end_on=today, by=None)
    refused(errors.PeriodNotOver, periods.freeze, period=running, by=UserFactory())

    work(), fill(10_000), published()
    june = periods.open_period(start_on=date(2026, 6, 1), end_on=date(2026, 6, 30), by=None)
    work(done_on=date(2026, 6, 3))
    refused(errors.AnotherAtWork, periods.freeze, period=june, by=UserFactory())


def test_days_belong_to_one_period():
    may()
    with pytest.raises(errors.PeriodsOverlap):
        periods.open_period(start_on=date(2026, 5, 31), end_on=date(2026, 6, 30), by=None)
    with pytest.raises(errors.PeriodBackwards):
        periods.open_period(start_on=date(2026, 7, 2), end_on=date(2026, 7, 1), by=None)


def test_what_the_pool_lost_meanwhile_cannot_be_promised():
    author = work().created_by
    fill(10_000)
    period = published()
    take(9_000)

    refused(errors.PoolShrank, periods.finalize, period=period, by=UserFactory())

    assert owed(author) == 0
    periods.withdraw(period=period, by=UserFactory())
    fill(1_000)
    again = periods.publish(
        period=periods.freeze(period=period, by=UserFactory()), by=UserFactory(), days=0
    )
    periods.finalize(period=again, by=UserFactory())
    assert owed(author) == 300


def test_work_decided_anew_makes_a_statement_stale():
    contribution = work()
    work(kind="code"), fill(10_000)
    period = published()
    Contribution.objects.filter(pk=contribution.pk).update(
        status="rejected", size="", points=None, table=None
    )

    refused(errors.StatementStale, periods.finalize, period=period, by=UserFactory())


def test_finalizing_twice_posts_once():
    author = work().created_by
    fill(10_000)
    period = published()
    periods.finalize(period=period, by=UserFactory())

    refused(errors.WrongStep, periods.finalize, period=period, by=UserFactory())

    assert owed(author) == 1_500


def test_disputes_hold_the_period_until_another_answers():
    author = work().created_by
    fill(10_000)
    period = published(days=1)
    objection = periods.dispute(period=period, by=author, text=" Two articles were mine. ")

    refused(errors.DisputesRunning, periods.finalize, period=period, by=UserFactory())
    Period.objects.update(disputes_until=timezone.now())
    refused(errors.DisputesUnanswered, periods.finalize, period=period, by=UserFactory())
    with pytest.raises(errors.OwnDispute):
        periods.answer(dispute=objection, by=author, text="Right")
    periods.answer(dispute=objection, by=UserFactory(), text="The second is of June.")
    periods.finalize(period=period, by=UserFactory())

    assert StatementDispute.objects.get().text == "Two articles were mine."


def test_only_contributors_object_and_only_in_time():
    author = work().created_by
    fill(10_000)
    period = published(days=1)

    with pytest.raises(errors.NotAContributor):
        periods.dispute(period=period, by=UserFactory(), text="No")
    Period.objects.update(disputes_until=timezone.now() - timedelta(seconds=1))
    with pytest.raises(errors.DisputesOver):
        periods.dispute(period=period, by=author, text="Late")


def test_the_database_refuses_that_somebody_answers_their_own_objection():
    author = work().created_by
    fill(10_000)
    objection = periods.dispute(period=published(days=1), by=author, text="No")

    with pytest.raises(IntegrityError), transaction.atomic():
        StatementDispute.objects.filter(pk=objection.pk).update(
            answered_by=author, answer="x", answered_at=timezone.now()
        )


def test_a_withdrawn_statement_stays_a_link_of_the_chain():
    work(), fill(10_000)
    period = published()
    first = Statement.objects.get()
    periods.withdraw(period=period, by=UserFactory())

    periods.freeze(period=period, by=UserFactory())

    assert Statement.objects.first().withdrawn_at is not None
    assert Statement.objects.last().previous == first.digest
    assert SettledShare.objects.count() == 1


def test_a_draft_that_is_taken_back_leaves_nothing():
    work(), fill(10_000)
    period = periods.freeze(period=may(), by=UserFactory())

    assert periods.thaw(period=period).status == PeriodStatus.OPEN

    assert (Statement.objects.count(), SettledShare.objects.count()) == (0, 0)


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE incentives_statement SET divided_minor = 1",
        "UPDATE incentives_statement SET inputs = '{}'",
        "DELETE FROM incentives_statement",
        "UPDATE incentives_statementline SET amount_minor = 1",
        "DELETE FROM incentives_statementline",
    ],
)
def test_the_database_keeps_what_was_published(sql):
    work(), fill(10_000), published()

    with transaction.atomic(), connection.cursor() as cursor:
        with pytest.raises(DatabaseError, match="statement says stays"):
            cursor.execute(sql)
        transaction.set_rollback(True)
