"""What everybody reads of a period, and what treasurers do with it."""

import subprocess
import sys
from pathlib import Path

import pytest
from django.utils import timezone

from core.money import format_money
from incentives.models import OfficerRole, Period, PeriodStatus, Statement, StatementDispute
from incentives.services import periods
from tests.factories.accounts import UserFactory
from tests.factories.incentives import OfficerFactory
from tests.incentives.money import fill, may, published, work

pytestmark = pytest.mark.django_db

SCRIPT = Path(__file__).resolve().parents[2] / "docs" / "recompute_statement.py"


@pytest.fixture
def treasurer(client):
    user = OfficerFactory(role=OfficerRole.TREASURER).user
    client.force_login(user)
    return user


def url(period: Period, more: str = "") -> str:
    return f"/pool/periods/{period.public_id}/{more}"


def test_a_treasurer_settles_a_month_on_its_page(client, treasurer):
    work(), fill(10_000)
    client.post("/pool/periods/", {"start_on": "2026-05-01", "end_on": "2026-05-31"})
    period = Period.objects.get()
    for step in ("freeze", "publish", "finalize"):
        client.post(url(period, "step/"), {"step": step, "days": "0"})

    period.refresh_from_db()
    assert (period.status, period.frozen_by, period.published_by, period.final_by) == (
        PeriodStatus.FINAL, treasurer, treasurer, treasurer,
    )  # fmt: skip


def test_a_step_that_is_refused_says_what_to_do(client, treasurer):
    period = may()

    page = client.post(url(period, "step/"), {"step": "freeze"}, follow=True).content.decode()

    assert "There is nothing to divide" not in page
    assert "No points table is published yet" in page
    assert Period.objects.get().status == PeriodStatus.OPEN


def test_days_of_another_period_are_refused_beside_what_was_typed(client, treasurer):
    may()
    typed = {"start_on": "2026-05-31", "end_on": "2026-06-30"}

    page = client.post("/pool/periods/", typed).content.decode()

    assert "Another period holds some of these days" in page
    assert 'value="2026-06-30"' in page
    assert Period.objects.count() == 1


def test_only_treasurers_see_a_draft(client, treasurer):
    work(), fill(10_000)
    period = periods.freeze(period=may(), by=treasurer)
    digest = Statement.objects.get().digest
    paths = [url(period), f"/pool/statements/{digest}/csv/"]

    assert [client.get(path).status_code for path in paths] == [200, 200]
    client.force_login(UserFactory(is_staff=True, is_superuser=True))
    assert [client.get(path).status_code for path in paths] == [404, 404]


def test_everybody_reads_who_gets_what_under_their_pseudonym(client):
    author = work(created_by__name="Mei Lin").created_by
    fill(10_000)
    period = published(days=7)

    page = client.get(url(period)).content.decode()

    assert format_money(1_500, "CNY") in page
    assert str(author.public_name) in page
    assert "Mei Lin" not in page
    assert Statement.objects.get().digest in page
    author.public_name.shows_name = True
    author.public_name.save(update_fields=["shows_name"])
    assert "Mei Lin" in client.get(url(period)).content.decode()


@pytest.mark.parametrize("count", [1, 3])
def test_a_statement_costs_the_same_however_many_share_in_it(
    client, count, django_assert_num_queries
):
    for _ in range(count):
        work()
    fill(10_000)
    period = published()

    with django_assert_num_queries(4):
        client.get(url(period))


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_of_periods_costs_the_same_however_many_there_are(
    client, treasurer, count, django_assert_num_queries
):
    for month in range(count):
        periods.open_period(
            start_on=timezone.datetime(2026, month + 1, 1).date(),
            end_on=timezone.datetime(2026, month + 1, 2).date(),
            by=None,
        )

    with django_assert_num_queries(5):
        client.get("/pool/periods/")


def run_script(tmp_path, content: str) -> subprocess.CompletedProcess:
    file = tmp_path / "statement.csv"
    file.write_text(content, encoding="utf-8")
    command = [sys.executable, "-I", "-S", str(SCRIPT), str(file)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


@pytest.fixture
def csv(client) -> str:
    ada, mei = UserFactory(), UserFactory()
    work(shares=[(ada, 3334), (mei, 6666)]), work(shares=[(mei, 3333), (ada, 6667)])
    work(kind="talk"), work(kind="talk", created_by=ada), work(kind="talk")
    fill(100_001)
    published()
    return client.get(f"/pool/statements/{Statement.objects.get().digest}/csv/").content.decode()


def test_the_script_recomputes_a_statement_from_its_csv(tmp_path, csv):
    done = run_script(tmp_path, csv)

    assert (done.returncode, done.stdout, done.stderr) == (
        0, f"all amounts follow: {Statement.objects.get().digest}\n", "",
    )  # fmt: skip
    assert len(SCRIPT.read_text(encoding="utf-8").splitlines()) <= 50


@pytest.mark.parametrize(
    ("which", "change"), [("amount", 1), ("points", 1), ("available_minor", 1), ("digest", 1)]
)
def test_the_script_finds_whatever_was_changed(tmp_path, csv, which, change):
    rows = [line.split(",") for line in csv.splitlines()]
    last = next(row for row in reversed(rows) if row[0] == "row")
    fact = next((row for row in rows if row[0] == which), None)
    if which == "amount":
        last[-1] = str(int(last[-1]) + change)
    elif which == "points":
        last[-2] = str(int(last[-2]) + change)
    elif which == "digest":
        fact[1] = "0" * 64
    else:
        fact[1] = str(int(fact[1]) + change)

    done = run_script(tmp_path, "\n".join(",".join(row) for row in rows))

    assert done.returncode == 1
    assert done.stdout.startswith("differs: ")


def test_the_script_is_there_to_be_had(client):
    answer = client.get("/pool/recompute-statement/")

    assert answer.content == SCRIPT.read_bytes()


def test_a_contributor_objects_and_a_treasurer_answers(client, treasurer):
    author = work().created_by
    fill(10_000)
    period = published(days=7)
    client.force_login(author)
    client.post(url(period, "disputes/"), {"text": "One article is missing."})
    objection = StatementDispute.objects.get()

    client.force_login(treasurer)
    client.post(f"/pool/disputes/{objection.public_id}/answer/", {"text": "It is of June."})

    page = client.get(url(period)).content.decode()
    assert "One article is missing." in page
    assert "It is of June." in page


def test_who_never_contributed_cannot_object(client):
    work(), fill(10_000)
    period = published(days=7)
    client.force_login(UserFactory())

    page = client.post(url(period, "disputes/"), {"text": "No"}).content.decode()

    assert "Only those who entered work may object" in page
    assert not StatementDispute.objects.exists()
