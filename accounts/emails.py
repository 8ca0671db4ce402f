"""What the sign-in library mails, in our words. Its names for the letters are the keys."""

from typing import Any, NamedTuple

from django.conf import settings
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy as _

from core.mail import send_mail


class Letter(NamedTuple):
    subject: Promise
    text: Promise


_ADDRESS_CODE = Letter(
    _("Your code to confirm this address"),
    _("Type this code on the page that waits for it. Then we know that the address is yours."),
)
# With a code that is typed where it was asked for
CODES = {
    "account/email/login_code": Letter(
        _("Your code to sign in"),
        _("Type this code on the page that waits for it, and you are in."),
    ),
    "account/email/email_confirmation": _ADDRESS_CODE,
    "account/email/email_confirmation_signup": _ADDRESS_CODE,
    "account/email/password_reset_code": Letter(
        _("Your code for a new password"),
        _("Type this code on the page that waits for it. There you choose a new password."),
    ),
}
# Leads to signing in
ANSWERS = {
    "account/email/account_already_exists": Letter(
        _("You have an account already"),
        _(
            "Somebody, probably you, wanted to create an account with this address. There is one:"
            " sign in with a mailed code, no password is needed."
        ),
    ),
    "account/email/unknown_account": Letter(
        _("There is no account with this address"),
        _(
            "Somebody, probably you, wanted to sign in with this address. It has no account."
            " Perhaps you used another address? Buying tickets needs no account."
        ),
    ),
}
# What was changed in an account: its owner must hear of it, in case it was somebody else
CHANGES = {
    "account/email/email_changed": _("The main address of your account was changed."),
    "account/email/email_confirm": _("An address was added to your account."),
    "account/email/email_deleted": _("An address was removed from your account."),
    "account/email/password_changed": _("Your password was changed."),
    "account/email/password_reset": _("Your password was changed with a mailed code."),
    "account/email/password_set": _("Your account has a password now."),
    "mfa/email/totp_activated": _("Signing in now asks for a code from your authenticator app."),
    "mfa/email/totp_deactivated": _("Signing in no longer asks for a code from an app."),
    "mfa/email/recovery_codes_generated": _("New recovery codes were made."),
    "mfa/email/webauthn_added": _("A passkey or security key was added to your account."),
    "mfa/email/webauthn_removed": _("A passkey or security key was removed from your account."),
    "socialaccount/email/account_connected": _("Another way to sign in was added."),
    "socialaccount/email/account_disconnected": _("A way to sign in was removed."),
}


def send_account_mail(name: str, *, to: str, context: dict[str, Any]) -> bool:
    """Send the library's letter `name` in the language of the page; False if it is not ours."""
    letter = CODES.get(name) or ANSWERS.get(name)
    if name in CHANGES:
        letter = Letter(_("A change in your account"), CHANGES[name])
    if letter is None:
        return False
    send_mail(
        to=to,
        template="account",
        context={
            "letter": letter,
            "code": context.get("code", ""),
            "sign_in_url": _url("account_login") if name in ANSWERS else "",
            "account_url": _url("account_email") if name in CHANGES else "",
            "at": context.get("timestamp"),
            "browser": context.get("user_agent", ""),
        },
        language=get_language() or settings.LANGUAGE_CODE,
    )
    return True


def _url(name: str) -> str:
    return f"{settings.SITE_URL}{reverse(name)}"
