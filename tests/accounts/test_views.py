import pytest
from django.conf import settings
from django.urls import reverse

from tests.factories.accounts import UserFactory

pytestmark = pytest.mark.django_db

PROFILE = reverse("accounts:profile-edit")


@pytest.fixture
def person(client):
    person = UserFactory(name="Lin", time_zone="Asia/Shanghai")
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return person


def test_profile_asks_a_stranger_to_sign_in(client):
    assert client.get(PROFILE)["Location"].startswith(reverse("account_login"))


def test_profile_keeps_what_was_chosen(client, person):
    chosen = {"name": "小满", "language": "zh-hans", "time_zone": "Europe/Berlin"}

    client.post(PROFILE, chosen)

    person.refresh_from_db()
    assert (person.name, person.language, person.time_zone) == tuple(chosen.values())


def test_profile_language_wins_over_what_this_device_chose_before(client, person):
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"

    page = client.post(PROFILE, {"language": "zh-hans"}, follow=True)

    assert 'lang="zh-Hans"' in page.content.decode()


@pytest.mark.parametrize("wrong", [{"time_zone": "Mars/Base"}, {"language": "tlh"}])
def test_profile_refuses_what_does_not_exist_and_changes_nothing(client, person, wrong):
    page = client.post(PROFILE, {"name": "New", **wrong})

    person.refresh_from_db()
    assert page.context["form"].errors.keys() == wrong.keys()
    assert (person.name, person.time_zone) == ("Lin", "Asia/Shanghai")
