from datetime import timedelta

import pytest
from django.core import mail
from django.utils import timezone

from community import jobs, services
from community.errors import AlreadyMember, InvitationGone, LastOwner, NoRoles
from community.models import Chapter, Invitation, Membership, Role
from tests.factories.accounts import UserFactory
from tests.factories.community import ChapterFactory, InvitationFactory, MembershipFactory

pytestmark = pytest.mark.django_db


def roles_of(user, chapter) -> list[str]:
    mine = Membership.objects.filter(user=user, chapter=chapter)
    return sorted(mine.values_list("role", flat=True))


def invite(chapter=None, **changes) -> Invitation:
    fields = {
        "chapter": chapter or ChapterFactory(),
        "by": UserFactory(name="Ming"),
        "email": "new@example.com",
        "roles": ["organizer"],
        "language": "en",
    }
    return services.invite_member(**fields | changes)


def test_set_roles_gives_exactly_these():
    member = MembershipFactory(role=Role.ORGANIZER)

    services.set_roles(chapter=member.chapter, user=member.user, roles=["lecturer", "steward"])

    assert roles_of(member.user, member.chapter) == ["lecturer", "steward"]


def test_set_roles_touches_no_other_chapter():
    member = MembershipFactory()
    elsewhere = MembershipFactory(user=member.user)

    services.set_roles(chapter=member.chapter, user=member.user, roles=[])

    assert list(Membership.objects.all()) == [elsewhere]


def test_the_last_owner_stays():
    owner = MembershipFactory(role=Role.OWNER)

    with pytest.raises(LastOwner):
        services.set_roles(chapter=owner.chapter, user=owner.user, roles=["organizer"])

    assert roles_of(owner.user, owner.chapter) == ["owner"]


def test_an_owner_leaves_when_another_one_stays():
    owner = MembershipFactory(role=Role.OWNER)
    MembershipFactory(chapter=owner.chapter, role=Role.OWNER)

    services.set_roles(chapter=owner.chapter, user=owner.user, roles=[])

    assert roles_of(owner.user, owner.chapter) == []


def test_an_invitation_is_mailed_in_its_language_after_the_commit(
    django_capture_on_commit_callbacks,
):
    chapter = ChapterFactory(name_zh_hans="指北深圳", name_en="ChainONE Shenzhen")

    with django_capture_on_commit_callbacks(execute=True):
        invitation = invite(chapter, email="New@Example.com")

    invitation.refresh_from_db()
    (message,) = mail.outbox
    assert message.to == ["new@example.com"]
    assert message.subject == "You are invited to help run ChainONE Shenzhen"
    assert f"http://testserver/invitations/{invitation.token}/" in message.body
    assert "Ming invites you" in message.body
    assert "Your part: Organizer" in message.body
    assert invitation.sent_at is not None


def test_a_second_invitation_replaces_the_first():
    chapter = ChapterFactory()
    first = invite(chapter)

    second = invite(chapter, email="NEW@example.com", roles=["owner", "steward"])

    first.refresh_from_db()
    assert first.revoked_at is not None
    assert second.roles == ["owner", "steward"]
    with pytest.raises(InvitationGone):
        services.accept_invitation(invitation=first, user=UserFactory())


def test_an_invitation_without_roles_is_refused():
    with pytest.raises(NoRoles):
        invite(roles=[])

    assert not Invitation.objects.exists()


def test_a_member_with_these_roles_is_not_invited_but_one_with_fewer_is():
    member = MembershipFactory(role=Role.ORGANIZER)

    with pytest.raises(AlreadyMember):
        invite(member.chapter, email=member.user.email.upper())

    assert invite(member.chapter, email=member.user.email, roles=["organizer", "owner"]).pk


def test_accepting_adds_the_roles_once():
    invitation, user = InvitationFactory(roles=["organizer", "steward"]), UserFactory()
    MembershipFactory(chapter=invitation.chapter, user=user, role=Role.STEWARD)

    for _ in range(2):
        services.accept_invitation(invitation=invitation, user=user)

    assert roles_of(user, invitation.chapter) == ["organizer", "steward"]


def test_an_accepted_invitation_is_no_good_to_somebody_else():
    invitation, thief = InvitationFactory(), UserFactory()
    services.accept_invitation(invitation=invitation, user=UserFactory())

    with pytest.raises(InvitationGone):
        services.accept_invitation(invitation=invitation, user=thief)

    assert roles_of(thief, invitation.chapter) == []


@pytest.mark.parametrize("field", ["revoked_at", "expires_at"])
def test_a_dead_invitation_gives_nothing(field):
    invitation, user = InvitationFactory(**{field: timezone.now()}), UserFactory()

    with pytest.raises(InvitationGone):
        services.accept_invitation(invitation=invitation, user=user)

    assert roles_of(user, invitation.chapter) == []


def test_resending_makes_an_old_link_good_again(django_capture_on_commit_callbacks):
    old = timezone.now() - timedelta(days=20)
    invitation = InvitationFactory(expires_at=old, sent_at=old)

    with django_capture_on_commit_callbacks(execute=True):
        services.resend_invitation(invitation=invitation)

    invitation.refresh_from_db()
    assert invitation.expires_at > timezone.now() + timedelta(days=13)
    assert [message.to for message in mail.outbox] == [[invitation.email]]


def test_resending_what_was_taken_back_is_refused():
    invitation = InvitationFactory()
    services.revoke_invitation(invitation=invitation)

    with pytest.raises(InvitationGone):
        services.resend_invitation(invitation=invitation)


def test_the_clock_mails_what_no_task_has_mailed():
    a_while_ago = timezone.now() - timedelta(minutes=5)
    owed = InvitationFactory(created_at=a_while_ago)
    InvitationFactory(created_at=a_while_ago, sent_at=a_while_ago)
    InvitationFactory(created_at=a_while_ago, revoked_at=a_while_ago)
    InvitationFactory(created_at=a_while_ago, expires_at=a_while_ago)
    InvitationFactory()

    for _ in range(2):
        jobs.send_invitations()

    assert [message.to for message in mail.outbox] == [[owed.email]]


def test_update_chapter_saves_both_languages():
    chapter = ChapterFactory()

    services.update_chapter(chapter=chapter, name_zh_hans="指北柏林", name_en="ChainONE Berlin")

    saved = Chapter.objects.get()
    assert (saved.name_zh_hans, saved.name_en) == ("指北柏林", "ChainONE Berlin")
