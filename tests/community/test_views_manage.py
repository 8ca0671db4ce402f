"""The pages on which an owner looks after a chapter, tried by everybody."""

from datetime import timedelta

import pytest
from django.core import mail
from django.urls import reverse
from django.utils import timezone

from community.models import Chapter, Invitation, Membership, Role
from tests.factories.accounts import UserFactory
from tests.factories.community import ChapterFactory, InvitationFactory, MembershipFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def in_english(client, settings):
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"


@pytest.fixture
def chapter():
    return ChapterFactory()


@pytest.fixture
def owner(client, chapter):
    member = MembershipFactory(chapter=chapter, role=Role.OWNER)
    client.force_login(member.user)
    return member.user


def pages(chapter) -> list[str]:
    member = MembershipFactory(chapter=chapter)
    invitation = InvitationFactory(chapter=chapter)
    slug = chapter.slug
    return [
        reverse("community:chapter-edit", args=[slug]),
        reverse("community:member-list", args=[slug]),
        reverse("community:member-update", args=[slug, member.user.pk]),
        reverse("community:member-remove", args=[slug, member.user.pk]),
        reverse("community:invitation-create", args=[slug]),
        reverse("community:invitation-resend", args=[slug, invitation.pk]),
        reverse("community:invitation-revoke", args=[slug, invitation.pk]),
    ]


def test_an_owner_opens_every_page(client, chapter, owner):
    answers = {url: client.get(url).status_code for url in pages(chapter)}

    assert sorted(answers.values()) == [200] * 6 + [405], answers  # a mail is sent by POST only


@pytest.mark.parametrize("role", [Role.ORGANIZER, Role.LECTURER, Role.STEWARD, None])
@pytest.mark.parametrize("method", ["get", "post"])
def test_everybody_else_finds_nothing(client, chapter, role, method):
    if role:
        client.force_login(MembershipFactory(chapter=chapter, role=role).user)
    else:
        client.force_login(MembershipFactory(role=Role.OWNER).user)  # of another chapter
    urls = pages(chapter)
    roles = list(Membership.objects.values_list("user", "role").order_by("pk"))

    answers = {url: getattr(client, method)(url).status_code for url in urls}

    assert set(answers.values()) <= {404, 405}, answers
    assert list(Membership.objects.values_list("user", "role").order_by("pk")) == roles
    assert Invitation.objects.filter(revoked_at=None).count() == 1


def test_nobody_is_asked_to_sign_in(client, chapter):
    for url in pages(chapter):
        assert client.get(url).url == f"/accounts/login/?next={url}"


def test_a_member_of_another_chapter_cannot_be_changed_from_here(client, chapter, owner):
    other = MembershipFactory()

    answer = client.post(reverse("community:member-remove", args=[chapter.slug, other.user.pk]))

    assert answer.status_code == 404
    assert Membership.objects.filter(pk=other.pk).exists()


def test_an_administrator_may_do_what_an_owner_may(client, chapter):
    client.force_login(UserFactory(is_superuser=True))

    assert client.get(reverse("community:member-list", args=[chapter.slug])).status_code == 200


@pytest.mark.parametrize("count", [1, 3])
def test_the_members_cost_the_same_however_many(
    client, chapter, owner, count, django_assert_num_queries
):
    for _ in range(count):
        MembershipFactory(chapter=chapter)
        InvitationFactory(chapter=chapter, invited_by=owner)

    # session, person, chapter, number of members, members, their roles, invitations
    with django_assert_num_queries(7):
        response = client.get(reverse("community:member-list", args=[chapter.slug]))

    assert len(response.context["page"]) == count + 1


def test_roles_are_changed(client, chapter, owner):
    member = MembershipFactory(chapter=chapter, role=Role.STEWARD)
    url = reverse("community:member-update", args=[chapter.slug, member.user.pk])

    client.post(url, {"roles": ["organizer", "lecturer"]})

    mine = Membership.objects.filter(user=member.user).values_list("role", flat=True)
    assert set(mine) == {"organizer", "lecturer"}


@pytest.mark.parametrize("roles", [[], ["emperor"]])
def test_no_role_or_an_unknown_one_is_refused(client, chapter, owner, roles):
    member = MembershipFactory(chapter=chapter)
    url = reverse("community:member-update", args=[chapter.slug, member.user.pk])

    response = client.post(url, {"roles": roles})

    assert "roles" in response.context["form"].errors
    assert Membership.objects.get(pk=member.pk).role == Role.ORGANIZER


def test_the_last_owner_is_told_why_they_stay(client, chapter, owner):
    update = reverse("community:member-update", args=[chapter.slug, owner.pk])
    remove = reverse("community:member-remove", args=[chapter.slug, owner.pk])

    assert "A chapter needs an owner" in client.post(update, {"roles": ["steward"]}).text
    assert "A chapter needs an owner" in client.post(remove, follow=True).text
    assert Membership.objects.get(user=owner).role == Role.OWNER


def test_an_owner_who_gives_their_part_away_lands_on_the_public_page(client, chapter, owner):
    MembershipFactory(chapter=chapter, role=Role.OWNER)

    response = client.post(reverse("community:member-remove", args=[chapter.slug, owner.pk]))

    assert response.url == chapter.get_absolute_url()


def test_inviting_mails_in_the_language_of_the_page(
    client, chapter, owner, settings, django_capture_on_commit_callbacks
):
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "zh-hans"

    with django_capture_on_commit_callbacks(execute=True):
        response = client.post(
            reverse("community:invitation-create", args=[chapter.slug]),
            {"email": "new@example.com", "roles": ["steward"]},
        )

    assert response.url == reverse("community:member-list", args=[chapter.slug])
    assert Invitation.objects.get().language == "zh-hans"
    assert chapter.name_zh_hans in mail.outbox[0].subject


def test_inviting_a_member_again_is_answered_at_the_field(client, chapter, owner):
    response = client.post(
        reverse("community:invitation-create", args=[chapter.slug]),
        {"email": owner.email, "roles": ["owner"]},
    )

    assert set(response.context["form"].errors) == {"email"}
    assert not Invitation.objects.exists()


def test_taking_an_invitation_back_needs_a_yes(client, chapter, owner):
    invitation = InvitationFactory(chapter=chapter)
    url = reverse("community:invitation-revoke", args=[chapter.slug, invitation.pk])

    client.get(url)
    assert Invitation.objects.get().revoked_at is None

    client.post(url)
    assert Invitation.objects.get().revoked_at is not None
    assert client.post(url).status_code == 404


def accept_url(invitation) -> str:
    return reverse("community:invitation-accept", args=[invitation.token])


def test_an_invitation_leads_through_signing_in_and_back(client):
    invitation = InvitationFactory()
    url = accept_url(invitation)

    response = client.get(url)

    assert f"/accounts/login/?next={url}" in response.text
    assert invitation.chapter.name_en in response.text
    client.post(url)
    assert not Membership.objects.exists()


def test_an_invitation_is_accepted_with_one_press(client):
    invitation, guest = InvitationFactory(roles=["organizer"]), UserFactory()
    client.force_login(guest)

    client.get(accept_url(invitation))
    assert not Membership.objects.exists()
    response = client.post(accept_url(invitation))

    assert response.url == reverse("events:desk")
    assert Membership.objects.get().user == guest


@pytest.mark.parametrize("field", ["accepted_at", "revoked_at", "expires_at"])
def test_a_dead_link_says_so_and_gives_nothing(client, field):
    long_ago = timezone.now() - timedelta(days=1)
    invitation = InvitationFactory(**{field: long_ago})
    client.force_login(UserFactory())

    response = client.get(accept_url(invitation))
    client.post(accept_url(invitation))

    assert response.status_code == 410
    assert "no longer good" in response.text
    assert not Membership.objects.exists()


def test_an_invented_link_is_not_found(client):
    assert client.get("/invitations/0123456789abcdef/").status_code == 404


def chapter_typed(**changes) -> dict:
    return {
        "name_zh_hans": "指北深圳",
        "name_en": "ChainONE Shenzhen",
        "time_zone": "Asia/Shanghai",
        "currency": "CNY",
        "seal_text": "深圳",
        "website": "example.com",
        "tax_bps": "6.5",
        "tax_name_en": "VAT",
        "dispute_policy": "keep",
    } | changes


def test_a_chapter_is_edited(client, chapter, owner):
    response = client.post(reverse("community:chapter-edit", args=[chapter.slug]), chapter_typed())

    assert response.url == chapter.get_absolute_url()
    saved = Chapter.objects.get(pk=chapter.pk)
    assert (saved.name_en, saved.website) == ("ChainONE Shenzhen", "https://example.com")
    assert (saved.tax_bps, saved.tax_name_en, saved.dispute_policy) == (650, "VAT", "keep")
    shown = client.get(reverse("community:chapter-edit", args=[chapter.slug]))
    assert 'value="6.5"' in shown.text


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"name_zh_hans": "", "name_en": ""}, "name_zh_hans"),
        ({"time_zone": "Mars/Olympus"}, "time_zone"),
        ({"seal_text": "区块链深圳"}, "seal_text"),
        ({"contact_email": "nobody"}, "contact_email"),
        ({"tax_bps": "-1"}, "tax_bps"),
        ({"tax_bps": "6.555"}, "tax_bps"),
    ],
)
def test_a_chapter_with_a_wrong_field_is_not_saved(client, chapter, owner, wrong, field):
    response = client.post(
        reverse("community:chapter-edit", args=[chapter.slug]), chapter_typed(**wrong)
    )

    assert set(response.context["form"].errors) == {field}
    assert Chapter.objects.get(pk=chapter.pk).name_en == chapter.name_en
