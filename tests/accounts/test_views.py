"""A person's own pages: what they set holds, and a token's secret is seen once."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import ApiToken, TokenScope, digest
from accounts.services import create_api_token
from tests.factories.accounts import UserFactory

pytestmark = pytest.mark.django_db
ENGLISH = {"accept-language": "en"}


@pytest.fixture
def user(client):
    user = UserFactory()
    client.force_login(user)
    return user


def text(response):
    return " ".join(response.content.decode().split())


@pytest.mark.parametrize(
    "url",
    [
        reverse("accounts:preferences"),
        reverse("accounts:token-list"),
        reverse("accounts:token-create"),
        reverse("accounts:token-revoke", args=[1]),
    ],
)
def test_a_stranger_is_asked_to_sign_in(client, url):
    assert client.get(url).url.startswith(reverse("account_login"))


def test_preferences_hold(client, user):
    data = {"name": "Ada Example", "language": "en", "time_zone": "Europe/Berlin"}

    answer = client.post(reverse("accounts:preferences"), data)

    user.refresh_from_db()
    assert answer.url == reverse("accounts:preferences")
    assert (user.name, user.language, user.time_zone) == ("Ada Example", "en", "Europe/Berlin")


def test_a_saved_language_wins_over_what_this_browser_chose(client, user, settings):
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "zh-hans"

    data = {"name": "", "language": "en", "time_zone": ""}
    page = client.post(reverse("accounts:preferences"), data, follow=True)

    assert "Saved." in text(page)
    assert '<html lang="en"' in text(page)


def test_an_unknown_zone_is_refused(client, user):
    page = client.post(reverse("accounts:preferences"), {"time_zone": "Moon/Crater"})

    assert page.status_code == 200
    user.refresh_from_db()
    assert user.time_zone == ""


def test_a_token_s_secret_is_shown_once(client, user):
    data = {"name": "Scanner", "scopes": [TokenScope.CHECK_IN], "days": "30"}

    page = client.post(reverse("accounts:token-create"), data, headers=ENGLISH)

    token = ApiToken.objects.get()
    secret = text(page).partition('value="c1_')[2].partition('"')[0]
    assert digest(f"c1_{secret}") == token.digest
    assert token.scopes == [TokenScope.CHECK_IN]
    assert token.expires_at < timezone.now() + timedelta(days=31)
    assert "no-store" in page["Cache-Control"]
    listed = client.get(reverse("accounts:token-list"), headers=ENGLISH)
    assert "Scanner" in text(listed)
    assert secret not in text(listed)


def test_a_token_without_scopes_or_with_unknown_ones_is_not_made(client, user):
    for scopes in ([], ["everything"]):
        data = {"name": "Scanner", "scopes": scopes, "days": "30"}
        assert client.post(reverse("accounts:token-create"), data).status_code == 200
    assert not ApiToken.objects.exists()


def test_revoking_is_asked_and_done(client, user):
    token, _secret = create_api_token(user=user, name="Scanner", scopes=[])
    url = reverse("accounts:token-revoke", args=[token.pk])

    asked = client.get(url, headers=ENGLISH)
    client.post(url)

    token.refresh_from_db()
    assert "Revoke this token?" in text(asked)
    assert token.revoked_at
    assert "Scanner" not in text(client.get(reverse("accounts:token-list")))


def test_nobody_revokes_another_s_token(client, user):
    token, _secret = create_api_token(user=UserFactory(), name="Theirs", scopes=[])

    answer = client.post(reverse("accounts:token-revoke", args=[token.pk]))

    token.refresh_from_db()
    assert answer.status_code == 404
    assert token.revoked_at is None
