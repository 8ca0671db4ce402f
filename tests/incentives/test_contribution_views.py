import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from incentives.models import Contribution, ContributionStatus, Kind
from incentives.services.reviews import accept, reject
from tests.factories.accounts import UserFactory
from tests.factories.incentives import (
    ContributionFactory,
    HelperShiftFactory,
    OfficerFactory,
    PointsTableFactory,
    PublicNameFactory,
)

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite]


def fields(**others):
    return {
        "kind": "article",
        "title": "What a rollup is",
        "evidence_url": "example.com/rollup",
        "size_asked": "M",
        "done_on": f"{timezone.now():%Y-%m-%d}",
    } | others


@pytest.fixture
def author(client):
    user = UserFactory()
    client.force_login(user)
    return user


def test_work_is_submitted_in_one_form(client, author):
    answer = client.post("/contributions/new/", fields())

    work = Contribution.objects.get()
    assert answer["Location"] == f"/contributions/{work.public_id}/"
    assert (work.created_by, work.evidence_url) == (author, "https://example.com/rollup")


def test_co_authors_are_named_by_pseudonym(client, author):
    friend = PublicNameFactory(pseudonym="Cedar 12345").user

    client.post("/contributions/new/", fields(co_name_1="cedar 12345", co_percent_1="25"))

    [work] = Contribution.objects.all()
    shares = list(work.shares.values_list("user", "weight"))
    assert shares == [(author.pk, 7500), (friend.pk, 2500)]


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"evidence_url": ""}, "evidence_url"),
        ({"co_name_1": "Nobody 1", "co_percent_1": "5"}, "co_name_1"),
        ({"title": ""}, "title"),
        ({"size_asked": "XXL"}, "size_asked"),
        ({"done_on": "2036-01-01"}, "done_on"),
    ],
)
def test_the_form_says_what_is_wrong(client, author, wrong, field):
    page = client.post("/contributions/new/", fields(**wrong))

    assert list(page.context["form"].errors) == [field]
    assert Contribution.objects.count() == 0


def test_a_file_is_shown_to_authors_and_reviewers_only(client, author):
    file = SimpleUploadedFile("notes.html", b"<html><script>alert(1)</script></html>")
    client.post("/contributions/new/", fields(evidence_url="", evidence_file=file))
    url = f"/contributions/{Contribution.objects.get().public_id}/evidence/"

    mine = client.get(url)
    assert b"".join(mine.streaming_content) == b"<html><script>alert(1)</script></html>"
    assert mine["Content-Type"] == "text/plain"
    assert mine["Content-Security-Policy"] == "sandbox; frame-ancestors 'none'"
    client.force_login(UserFactory())
    assert client.get(url).status_code == 404
    client.force_login(OfficerFactory(role="treasurer").user)
    assert client.get(url).status_code == 404
    client.force_login(OfficerFactory().user)
    b"".join(client.get(url).streaming_content)
    Contribution.objects.update(status=ContributionStatus.WITHDRAWN)
    assert client.get(url).status_code == 404


@pytest.mark.parametrize("count", [1, 3])
def test_my_list_costs_the_same_for_many(client, author, count, django_assert_num_queries):
    PublicNameFactory(user=author)
    for _each in range(count):
        ContributionFactory(created_by=author)
        HelperShiftFactory(user=author)
    client.get("/contributions/")

    with django_assert_num_queries(13):
        page = client.get("/contributions/")

    assert len(page.context["page"].object_list) == count


def test_a_decision_and_its_reason_are_read(client, author):
    work = ContributionFactory(created_by=author)
    PublicNameFactory(user=author)
    reviewer = OfficerFactory(user__name="Mei Example").user
    reject(contribution=work, by=reviewer, text="The link is dead.")

    page = client.get(f"/contributions/{work.public_id}/").content.decode()

    assert "The link is dead." in page
    assert "Mei Example" in page
    assert f"/contributions/{work.public_id}/appeal/" in page


def test_an_appeal_is_made_on_the_page(client, author):
    work = ContributionFactory(created_by=author)
    reject(contribution=work, by=OfficerFactory().user, text="The link is dead.")

    client.post(f"/contributions/{work.public_id}/appeal/", {"appeal-text": "It works now."})

    work.refresh_from_db()
    assert work.status == ContributionStatus.APPEALED


def test_an_empty_appeal_changes_nothing(client, author):
    work = ContributionFactory(created_by=author)
    PublicNameFactory(user=author)
    reject(contribution=work, by=OfficerFactory().user, text="The link is dead.")

    page = client.post(f"/contributions/{work.public_id}/appeal/", {"appeal-text": " "})

    assert list(page.context["appeal_form"].errors) == ["text"]
    work.refresh_from_db()
    assert work.status == ContributionStatus.REJECTED


def test_a_co_author_sees_it_and_does_not_withdraw_it(client, author):
    work = ContributionFactory(shares=[(author, 10_000)])
    PublicNameFactory(user=author)

    assert client.get(f"/contributions/{work.public_id}/").status_code == 200
    assert client.post(f"/contributions/{work.public_id}/withdraw/").status_code == 404


def test_a_proposal_is_checked_and_submitted(client, author):
    draft = ContributionFactory(draft=True, created_by=author, evidence_url="", kind=Kind.TALK)

    form = client.get(f"/contributions/{draft.public_id}/edit/").context["form"]
    client.post(f"/contributions/{draft.public_id}/edit/", fields(evidence_url="", kind="talk"))

    assert form.initial["title"] == draft.title
    draft.refresh_from_db()
    assert (draft.status, draft.title) == ("submitted", "What a rollup is")
    assert client.get(f"/contributions/{draft.public_id}/edit/").status_code == 404


def test_a_public_name_is_chosen(client, author):
    PublicNameFactory(pseudonym="Taken 1")
    offered = client.get("/contributions/name/").context["form"].initial["pseudonym"]

    taken = client.post("/contributions/name/", {"pseudonym": "TAKEN 1"})
    client.post("/contributions/name/", {"pseudonym": "墨竹", "shows_name": "on"})

    assert offered != ""
    assert list(taken.context["form"].errors) == ["pseudonym"]
    author.public_name.refresh_from_db()
    assert (author.public_name.pseudonym, str(author.public_name)) == ("墨竹", author.name)


def test_pages_speak_chinese(client, author):
    table = PointsTableFactory()
    work = ContributionFactory(created_by=author)
    accept(contribution=work, by=OfficerFactory().user, size="S")
    client.cookies["django_language"] = "zh-hans"

    page = client.get("/contributions/").content.decode()
    rules = client.get("/pool/rules/").content.decode()

    assert "我的贡献" in page
    assert "已通过" in page
    assert "任何人不得评审自己的贡献" in rules
    assert f"积分表版本 {table.version}" in rules
