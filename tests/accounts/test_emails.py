"""Letters of the sign-in library: ours all, in the reader's language, with what they need."""

import re
from pathlib import Path

import allauth
import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.urls import reverse

from accounts import emails
from tests.factories.accounts import UserFactory

pytestmark = pytest.mark.django_db
ENGLISH = {"accept-language": "en"}


def ask_for_code(client, email):
    return client.post(
        reverse("account_request_login_code"), {"email": email}, headers=ENGLISH, follow=True
    )


def test_a_mailed_code_signs_in(client):
    user = UserFactory(email="ada@example.com")
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)

    page = ask_for_code(client, "ada@example.com")
    [message] = mail.outbox
    code = re.search(r"^[A-Z0-9-]{6,}$", message.body, re.MULTILINE)[0]
    client.post(reverse("account_confirm_login_code"), {"code": code.lower()}, headers=ENGLISH)

    assert "Type the code from the mail" in page.content.decode()
    assert message.subject == "Your code to sign in"
    assert code in message.alternatives[0].content
    assert client.session["_auth_user_id"] == str(user.pk)


def test_a_wrong_code_is_said_at_its_field(client):
    UserFactory(email="ada@example.com")
    ask_for_code(client, "ada@example.com")

    page = client.post(reverse("account_confirm_login_code"), {"code": "NOPE"}, headers=ENGLISH)

    assert "This is not the code. Please look again." in page.content.decode()
    assert "_auth_user_id" not in client.session


def test_an_address_without_an_account_is_told_so_by_mail_alone(client):
    page = ask_for_code(client, "nobody@example.com")

    assert "Type the code from the mail" in page.content.decode()
    [message] = mail.outbox
    assert message.subject == "There is no account with this address"
    assert "http://testserver/accounts/login/" in message.body


def test_who_changes_the_password_is_told_in_case_it_was_somebody_else(client):
    user = UserFactory(email="ada@example.com")
    user.set_password("an-old-passphrase")
    user.save()
    client.force_login(user)
    new = "a-new-passphrase-of-mine"

    client.post(
        reverse("account_change_password"),
        {"oldpassword": "an-old-passphrase", "password1": new, "password2": new},
        headers=ENGLISH,
    )

    [message] = mail.outbox
    assert message.subject == "A change in your account"
    assert "Your password was changed." in message.body


def test_every_letter_of_the_library_has_its_words():
    """A letter that comes with a new version would go out in the library's own words."""
    templates = Path(allauth.__file__).parent / "templates"
    letters = {
        str(path.relative_to(templates)).removesuffix("_message.txt")
        for app in ("account", "mfa", "socialaccount")
        for path in (templates / app / "email").glob("*_message.txt")
    }
    with_links = {  # we mail codes instead
        "account/email/base",
        "account/email/password_reset",
        "account/email/password_reset_key",
    }

    assert letters - with_links <= {*emails.CODES, *emails.ANSWERS, *emails.CHANGES}
