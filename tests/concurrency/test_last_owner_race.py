import time

import pytest

from community import services
from community.errors import LastOwner
from community.models import Membership, Role
from tests.concurrency.threads import at_once
from tests.factories.community import ChapterFactory, MembershipFactory

pytestmark = [pytest.mark.concurrency, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def owners() -> list[Membership]:
    chapter = ChapterFactory()
    return [MembershipFactory(chapter=chapter, role=Role.OWNER) for _ in range(2)]


def remove_both_at_once(owners: list[Membership]) -> list:
    def leave(number: int) -> None:
        member = owners[number]
        services.set_roles(chapter=member.chapter, user=member.user, roles=[])

    return at_once(2, leave)


def look_and_dawdle(chapter, is_owned=services._is_owned) -> bool:
    answer = is_owned(chapter)
    time.sleep(0.3)
    return answer


def test_two_owners_cannot_remove_each_other_at_once(owners):
    results = remove_both_at_once(owners)

    assert sorted(type(result) for result in results if result) == [LastOwner]
    assert Membership.objects.filter(role=Role.OWNER).count() == 1


def test_without_the_lock_nobody_would_own_the_chapter(owners, monkeypatch):
    monkeypatch.setattr(services, "_lock", lambda chapter: None)
    monkeypatch.setattr(services, "_is_owned", look_and_dawdle)

    remove_both_at_once(owners)

    assert not Membership.objects.filter(role=Role.OWNER).exists()
