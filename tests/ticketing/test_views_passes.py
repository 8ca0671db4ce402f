"""Passes on pages: the organizer's, their holder's, the friend's, and the checkout's."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.core import mail
from django.urls import reverse
from django.utils import timezone

from checkout.queries.audit import differences
from community.models import Role
from orders.models import Order, OrderStatus, Refund, RefundReason
from tests.checkout.shop import buy, paid_order, paid_type
from tests.factories.accounts import UserFactory
from tests.factories.community import MembershipFactory
from tests.factories.events import EventFactory
from tests.factories.ticketing import FreePassFactory, TicketTypeFactory
from ticketing.models import EventPasses, FreePass, PassLink, PassUse, Quota, Ticket

pytestmark = pytest.mark.django_db
ENGLISH = {"accept-language": "en"}


@pytest.fixture
def kind():
    return paid_type(event=EventFactory(title_en="Rollups"), name_en="Standard")


@pytest.fixture
def owner(client):
    person = UserFactory(name="Ada Example", email="ada@example.com")
    client.force_login(person)
    return person


@pytest.fixture
def organizer(kind, client):
    role = MembershipFactory(chapter=kind.event.chapter, role=Role.ORGANIZER)
    client.force_login(role.user)
    return role.user


def text(response):
    return " ".join(response.content.decode().split())


def checkout(kind):
    return reverse("checkout:order-new", args=[kind.event.slug])


def body(kind, **changes):
    return {
        "name": "Ada Example",
        "email": "ada@example.com",
        "client_key": str(uuid4()),
        f"quantity-{kind.public_id}": "1",
        **changes,
    }


def post(client, url, data=None):
    return client.post(url, data or {}, headers=ENGLISH)


def get(client, url):
    return client.get(url, headers=ENGLISH)


# At the checkout


def test_the_checkout_offers_the_pass_and_one_click_makes_the_ticket_free(client, owner, kind):
    free_pass = FreePassFactory(user=owner, reason="Held a workshop")

    offer = get(client, f"{checkout(kind)}?quantity-{kind.public_id}=1")
    used = post(client, checkout(kind), body(kind, use_pass=free_pass.public_id))

    assert "You have a free pass for this" in text(offer)
    assert "Pay ¥128" in text(offer)
    assert "Your free pass pays for one ticket" in text(used)
    assert f'name="free_pass" value="{free_pass.public_id}"' in text(used)
    assert 'name="expected_total" value="0"' in text(used)
    assert not Order.objects.exists()

    ordered = post(
        client, checkout(kind), body(kind, free_pass=free_pass.public_id, expected_total="0")
    )

    order = Order.objects.get()
    assert ordered.url == order.get_absolute_url()
    assert (order.status, order.total_minor) == (OrderStatus.PAID, 0)
    assert PassUse.objects.get().free_pass == free_pass
    assert "Rollups · Standard · free pass" in text(get(client, ordered.url))


def test_the_pass_can_be_kept_after_all(client, owner, kind):
    free_pass = FreePassFactory(user=owner)

    page = post(client, checkout(kind), body(kind, free_pass=free_pass.public_id, drop_pass="1"))

    assert "You have a free pass for this" in text(page)
    assert "Pay ¥128" in text(page)


def test_a_link_does_not_choose_a_pass(client, owner, kind):
    free_pass = FreePassFactory(user=owner)
    query = f"?quantity-{kind.public_id}=1&free_pass={free_pass.public_id}"

    assert "Pay ¥128" in text(get(client, checkout(kind) + query))


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"revoked_at": timezone.now()}, "This pass was revoked."),
        ({"used": 1}, "This pass is used up."),
        ({"valid_until": timezone.now() - timedelta(days=1)}, "This pass has expired."),
        ({"user": None, "email": ""}, "You have no such pass."),
    ],
)
def test_a_pass_that_is_good_no_more_says_so_and_nothing_is_ordered(
    client, owner, kind, change, words
):
    free_pass = FreePassFactory(user=owner, valid_from=timezone.now() - timedelta(days=9))
    FreePass.objects.filter(pk=free_pass.pk).update(**change)

    page = post(
        client, checkout(kind), body(kind, free_pass=free_pass.public_id, expected_total="0")
    )

    assert words in text(page)
    assert not Order.objects.exists()


def test_somebody_else_s_pass_is_none(client, owner, kind):
    page = post(client, checkout(kind), body(kind, free_pass=FreePassFactory().public_id))

    assert "You have no such pass." in text(page)
    assert not Order.objects.exists()


def test_no_pass_is_offered_where_none_is_of_use(client, owner, kind):
    FreePassFactory(user=owner, event=EventFactory())
    FreePassFactory()
    free = TicketTypeFactory()
    FreePassFactory(user=owner, event=free.event, chapter=free.event.chapter)

    for one in (kind, free):
        page = get(client, f"{checkout(one)}?quantity-{one.public_id}=1")
        assert "You have a free pass" not in text(page)


# The organizer's


def give(kind, **changes):
    return {"email": "ada@example.com", "reason": "Gave a talk", "good_for": "here", **changes}


def test_an_organizer_gives_a_pass_for_this_event(
    client, organizer, kind, django_capture_on_commit_callbacks
):
    url = reverse("ticketing:pass-give", args=[kind.event.slug])

    with django_capture_on_commit_callbacks(execute=True):
        response = post(client, url, give(kind, uses="9"))

    made = FreePass.objects.get()
    assert response.url == reverse("ticketing:pass-list", args=[kind.event.slug])
    assert (made.event, made.uses, made.granted_by) == (kind.event, 1, organizer)
    assert [message.to for message in mail.outbox] == [["ada@example.com"]]


def test_an_organizer_gives_a_pass_for_their_chapter_alone(client, organizer, kind):
    url = reverse("ticketing:pass-give", args=[kind.event.slug])

    post(client, url, give(kind, good_for="offline", uses="3", last_on="2037-01-31"))

    made = FreePass.objects.get()
    assert (made.event, made.chapter, made.covers) == (None, kind.event.chapter, "offline")
    assert (made.uses, made.valid_until.isoformat()) == (3, "2037-01-31T16:00:00+00:00")


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"reason": ""}, "This field is required."),
        ({"good_for": "both", "uses": "1", "last_on": ""}, "Say until when it can be used."),
        ({"good_for": "both", "uses": "1", "last_on": "2020-01-01"}, "This day is over."),
    ],
)
def test_a_pass_without_a_reason_or_an_end_is_not_given(client, organizer, kind, changes, words):
    url = reverse("ticketing:pass-give", args=[kind.event.slug])

    assert words in text(post(client, url, give(kind, **changes)))
    assert not FreePass.objects.exists()


def test_an_organizer_sees_who_comes_on_a_pass(client, organizer, kind):
    free_pass = FreePassFactory(reason="Eight hours at the door")
    buy(kind, "Ada Example", free_pass=free_pass, placed_by=free_pass.user)
    buy(kind, "Bo Example")

    page = text(get(client, reverse("ticketing:pass-list", args=[kind.event.slug])))

    assert "1 place in use, no limit" in page
    assert "Ada Example" in page
    assert "Eight hours at the door" in page
    assert "Bo Example" not in page


def test_an_organizer_limits_and_revokes(client, organizer, kind):
    given = FreePassFactory(event=kind.event, chapter=kind.event.chapter)
    slug = kind.event.slug

    post(client, reverse("ticketing:pass-limit", args=[slug]), {"most": "5"})
    post(
        client,
        reverse("ticketing:pass-revoke", args=[slug, given.public_id]),
        {"reason": "Did not come"},
    )

    given.refresh_from_db()
    assert EventPasses.objects.get().most == 5
    assert given.revoked_reason == "Did not come"
    page = text(get(client, reverse("ticketing:pass-list", args=[slug])))
    assert "0 of at most 5 places in use" in page
    assert 'data-kind="bad">Revoked' in page


def test_a_pass_of_everywhere_is_not_an_organizer_s_to_revoke(client, organizer, kind):
    url = reverse("ticketing:pass-revoke", args=[kind.event.slug, FreePassFactory().public_id])

    assert post(client, url, {"reason": "No"}).status_code == 404


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_costs_the_same_for_one_pass_and_many(
    client, organizer, kind, rows, django_assert_num_queries
):
    for _n in range(rows):
        free_pass = FreePassFactory(
            event=kind.event, chapter=kind.event.chapter, granted_by=UserFactory()
        )
        buy(kind, free_pass=free_pass, placed_by=free_pass.user)
    url = reverse("ticketing:pass-list", args=[kind.event.slug])

    with django_assert_num_queries(7):
        get(client, url)


# The holder's


@pytest.mark.parametrize("rows", [1, 3])
def test_my_passes_cost_the_same_for_one_and_many(
    client, owner, kind, rows, django_assert_num_queries
):
    for _n in range(rows):
        free_pass = FreePassFactory(user=owner)
        buy(paid_type(), free_pass=free_pass, placed_by=owner)
        FreePassFactory(user=owner, event=kind.event)

    with django_assert_num_queries(7):
        get(client, reverse("ticketing:my-passes"))


def test_my_passes_say_what_became_of_each(client, owner, kind):
    FreePassFactory(user=owner)
    FreePassFactory(user=owner, revoked_at=timezone.now(), revoked_reason="By mistake")
    FreePassFactory(user=owner, valid_until=timezone.now())
    spent = FreePassFactory(user=owner)
    buy(kind, free_pass=spent, placed_by=owner)
    FreePassFactory()

    page = text(get(client, reverse("ticketing:my-passes")))

    assert page.count('class="pass"') == 4
    for word in ("Ready to use", "Revoked, because: By mistake", "Expired", "Used up"):
        assert word in page
    assert "Rollups" in page


def test_whoever_bought_already_gets_the_money_back_and_the_same_place(client, owner, kind):
    order = paid_order(kind, "Ada Example", placed_by=owner)
    Quota.objects.update(size=1)
    old = Ticket.objects.get()
    free_pass = FreePassFactory(user=owner, event=kind.event, chapter=kind.event.chapter)
    url = reverse("checkout:pass-exchange", args=[free_pass.public_id, old.public_id])

    assert url in text(get(client, reverse("ticketing:my-passes")))
    assert "You get back the ¥128" in text(get(client, url))
    response = post(client, url)

    [new] = Ticket.objects.valid()
    old.refresh_from_db()
    assert response.url == new.order_line.order.get_absolute_url()
    assert (old.status, new.holder_name, new.pass_use.free_pass) == (
        "canceled",
        "Ada Example",
        free_pass,
    )
    [refund] = Refund.objects.all()
    assert (refund.amount_minor, refund.reason) == (12_800, RefundReason.BUYER)
    assert refund.payment.order == order
    assert Quota.objects.get().taken == 1
    assert list(differences()) == []
    assert post(client, url).status_code == 404


def test_an_exchange_that_the_event_s_limit_refuses_changes_nothing(client, owner, kind):
    paid_order(kind, placed_by=owner)
    EventPasses.objects.create(event=kind.event, most=0)
    old, free_pass = Ticket.objects.get(), FreePassFactory(user=owner)

    post(client, reverse("checkout:pass-exchange", args=[free_pass.public_id, old.public_id]))

    assert list(Ticket.objects.values_list("status", flat=True)) == ["valid"]
    assert not Refund.objects.exists()


# Passing on


def pass_link(free_pass):
    return reverse("ticketing:pass-link", args=[free_pass.public_id])


def make_link(client, free_pass):
    """As its owner reads it on the page."""
    post(client, pass_link(free_pass))
    page = get(client, pass_link(free_pass)).context["url"]
    return page.removeprefix("http://testserver")


def test_a_friend_takes_the_pass_over_once(client, owner, kind):
    free_pass = FreePassFactory(user=owner, is_transferable=True)
    link = make_link(client, free_pass)
    client.logout()

    assert "Ada Example earned it and gives it to you." in text(get(client, link))
    assert post(client, link).url.startswith("/accounts/login/")
    friend = UserFactory()
    client.force_login(friend)
    assert post(client, link).url == reverse("ticketing:my-passes")

    free_pass.refresh_from_db()
    assert (free_pass.user, free_pass.email) == (friend, friend.email)
    assert not free_pass.is_transferable
    client.force_login(UserFactory())
    assert post(client, link).status_code == 409
    client.force_login(owner)
    assert client.get(pass_link(free_pass)).status_code == 404


def test_a_pass_for_its_holder_alone_has_no_link(client, owner):
    free_pass = FreePassFactory(user=owner)

    post(client, pass_link(free_pass))

    assert not PassLink.objects.exists()
    assert "This pass is for you alone." in text(get(client, pass_link(free_pass)))


def test_whoever_has_a_ticket_may_give_the_pass_for_that_event_to_a_friend(client, owner, kind):
    free_pass = FreePassFactory(user=owner, event=kind.event, chapter=kind.event.chapter)
    paid_order(kind, placed_by=owner)

    assert make_link(client, free_pass).startswith("/my/passes/take/")


def test_a_link_taken_back_is_dead_and_the_owner_cannot_take_it(client, owner):
    free_pass = FreePassFactory(user=owner, is_transferable=True)
    link = make_link(client, free_pass)
    assert "This pass is yours already." in text(post(client, link))

    post(client, pass_link(free_pass), {"keep": "1"})

    client.force_login(UserFactory())
    assert get(client, link).status_code == 409
    assert post(client, link).status_code == 409
    free_pass.refresh_from_db()
    assert free_pass.user == owner


def test_a_link_to_an_expired_pass_gives_nothing(client, owner):
    free_pass = FreePassFactory(user=owner, is_transferable=True)
    link = make_link(client, free_pass)
    FreePass.objects.update(valid_until=timezone.now() - timedelta(seconds=1))
    client.force_login(UserFactory())

    assert "This pass is no longer to be had" in text(post(client, link))
