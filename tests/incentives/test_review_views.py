import pytest

from incentives.models import Officer, PointsTable
from incentives.services.reviews import accept
from tests.factories.accounts import UserFactory
from tests.factories.community import MembershipFactory
from tests.factories.events import EventFactory
from tests.factories.incentives import (
    ContributionFactory,
    HelperShiftFactory,
    OfficerFactory,
    PointsTableFactory,
    PublicNameFactory,
)

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite]


@pytest.fixture
def reviewer(client):
    user = OfficerFactory().user
    client.force_login(user)
    return user


@pytest.fixture
def administrator(client):
    user = UserFactory(is_staff=True, is_superuser=True)
    client.force_login(user)
    return user


def titles(page) -> list[str]:
    return [work.title for work in page.context["page"]]


def test_the_queue_holds_what_others_submitted(client, reviewer):
    PointsTableFactory()
    ContributionFactory(created_by=reviewer)
    ContributionFactory(shares=[(reviewer, 10_000)])
    ContributionFactory(draft=True)
    large = ContributionFactory(size_asked="L")
    accept(contribution=large, by=reviewer, size="L")
    waiting = ContributionFactory()

    assert titles(client.get("/reviews/")) == [waiting.title]
    assert titles(client.get("/reviews/?kind=code")) == []


@pytest.mark.parametrize("count", [1, 3])
def test_the_queue_costs_the_same_for_many(client, reviewer, count, django_assert_num_queries):
    PointsTableFactory()
    for _each in range(count):
        PublicNameFactory(user=ContributionFactory().created_by)
    client.get("/reviews/")

    with django_assert_num_queries(10):
        assert len(titles(client.get("/reviews/"))) == count


def test_one_verdict_leads_to_the_next(client, reviewer):
    PointsTableFactory()
    first, second = ContributionFactory(), ContributionFactory()

    answer = client.post(
        f"/reviews/{first.public_id}/", {"verdict": "accept", "size": "S", "text": ""}
    )

    first.refresh_from_db()
    assert (first.status, first.points) == ("accepted", 10)
    assert answer["Location"] == f"/reviews/{second.public_id}/"


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"verdict": "accept", "size": ""}, "size"),
        ({"verdict": "reject", "text": " "}, "text"),
        ({"verdict": "ask"}, "text"),
        ({"verdict": "burn"}, "verdict"),
        ({"verdict": ""}, "verdict"),
    ],
)
def test_the_form_says_what_is_missing(client, reviewer, wrong, field):
    PointsTableFactory()
    work = ContributionFactory()

    page = client.post(f"/reviews/{work.public_id}/", wrong)

    assert list(page.context["form"].errors) == [field]
    assert work.decisions.count() == 0


def test_what_one_has_a_share_in_is_not_there(client, reviewer):
    work = ContributionFactory(shares=[(reviewer, 10_000)])

    assert client.get(f"/reviews/{work.public_id}/").status_code == 404
    assert client.post(f"/reviews/{work.public_id}/", {"verdict": "reject"}).status_code == 404


def test_a_table_is_written_looked_at_and_published(client, administrator):
    ContributionFactory(size_asked="L", kind="code")
    form = client.get("/pool/points/edit/").context["form"]
    values = {name: form[name].value() for name in form.fields} | {"note": "The first."}

    answer = client.post("/pool/points/edit/", values | {"points-code-L": "120"})
    preview = client.get("/pool/points/publish/")
    client.post("/pool/points/publish/")

    assert answer["Location"] == "/pool/points/publish/"
    assert [row.after for row in preview.context["affected"]] == [120]
    table = PointsTable.objects.in_force()
    assert (table.version, table.published_by) == (1, administrator)
    assert table.rows.get(kind="code", size="L").points == 120


def test_the_preview_says_what_was_and_what_will_be(client, administrator):
    PointsTableFactory(version=1)
    form = client.get("/pool/points/edit/").context["form"]
    values = {name: form[name].value() for name in form.fields} | {"note": "Talks."}
    client.post("/pool/points/edit/", values | {"points-talk-M": "45"})

    page = client.get("/pool/points/publish/").content.decode()

    assert "<del>30</del> <ins>45</ins>" in page
    assert page.count("<del>") == 1


@pytest.mark.parametrize(
    "wrong", [{"points-talk-S": "999"}, {"budget-talk": "90"}, {"points-talk-L": "0"}]
)
def test_a_table_that_cannot_be_is_not_kept(client, administrator, wrong):
    form = client.get("/pool/points/edit/").context["form"]
    values = {name: form[name].value() for name in form.fields} | {"note": "Odd."}

    page = client.post("/pool/points/edit/", values | wrong)

    assert page.context["form"].errors
    assert PointsTable.objects.count() == 0


def test_anyone_reads_every_version(client):
    old, new = PointsTableFactory(), PointsTableFactory()
    draft = PointsTableFactory(draft=True)

    page = client.get("/pool/points/")

    assert page.context["table"] == new
    assert client.get(f"/pool/points/{old.version}/").context["table"] == old
    assert client.get(f"/pool/points/{draft.version}/").status_code == 404


def test_officers_are_appointed_by_a_confirmed_address(client, administrator):
    person = UserFactory()
    nobody = client.post("/pool/officers/", {"email": person.email, "role": "reviewer"})
    person.emailaddress_set.create(email=person.email, verified=True, primary=True)

    client.post("/pool/officers/", {"email": person.email.upper(), "role": "reviewer"})
    again = client.post("/pool/officers/", {"email": person.email, "role": "reviewer"})

    assert list(nobody.context["form"].errors) == ["email"]
    assert list(again.context["form"].errors) == ["email"]
    officer = Officer.objects.get()
    assert (officer.user, officer.appointed_by) == (person, administrator)
    client.post(f"/pool/officers/{officer.pk}/dismiss/")
    assert Officer.objects.count() == 0


def test_an_organizer_writes_shifts_down(client):
    event = EventFactory(past=True)
    lead = MembershipFactory(chapter=event.chapter).user
    helper = MembershipFactory(chapter=event.chapter, role="steward").user
    client.force_login(lead)
    url = f"/events/{event.slug}/helpers/"

    client.post(
        url, {"user": helper.pk, "start_at": "2020-05-10T13:00", "end_at": "2020-05-10T17:30"}
    )

    [row] = client.get(url).context["helped"]
    assert (row.user, row.hours, row.minutes) == (helper, 4, 30)
    client.post(f"{url}{row.shifts[0].pk}/delete/")
    assert client.get(url).context["helped"] == []


def test_only_the_chapters_people_can_be_named(client):
    event = EventFactory(past=True)
    client.force_login(MembershipFactory(chapter=event.chapter).user)

    page = client.post(
        f"/events/{event.slug}/helpers/",
        {
            "user": UserFactory().pk,
            "start_at": "2020-05-10T13:00",
            "end_at": "2020-05-10T17:30",
        },
    )

    assert list(page.context["form"].errors) == ["user"]


def test_another_events_shift_is_not_removed(client):
    mine, other = EventFactory(past=True), HelperShiftFactory()
    client.force_login(MembershipFactory(chapter=mine.chapter).user)

    answer = client.post(f"/events/{mine.slug}/helpers/{other.pk}/delete/")

    assert answer.status_code == 404
