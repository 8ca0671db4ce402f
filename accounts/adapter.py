from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts import emails


class AccountAdapter(DefaultAccountAdapter):
    """Where the sign-in library asks the house: its words are ours, on pages and in mails."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "account_inactive": _("This account is closed."),
        "cannot_remove_primary_email": _("This is your main address; it has to stay."),
        "duplicate_email": _("You have added this address already."),
        "email_password_mismatch": _("E-mail and password do not fit together."),
        "email_taken": _("This address belongs to another account."),
        "enter_current_password": _("Please type the password that you have now."),
        "incorrect_code": _("This is not the code. Please look again."),
        "incorrect_password": _("This is not your password."),
        "invalid_or_expired_key": _("This link is too old, or was used already."),
        "max_email_addresses": _("You cannot have more than %d addresses."),
        "too_many_login_attempts": _("Too many tries. Please wait a few minutes."),
        "unverified_primary_email": _("Please confirm your main address first."),
        "same_as_current": _("This is what it was before."),
        "rate_limited": _("Too many tries. Please wait a few minutes."),
    }
    # The page that follows says as much itself
    quiet = {"account/messages/logged_in.txt", "account/messages/login_code_sent.txt"}
    said = {
        "account/messages/email_confirmation_sent.txt": _("A code is on its way to %(email)s."),
        "account/messages/email_confirmed.txt": _("%(email)s is confirmed."),
        "account/messages/email_deleted.txt": _("%(email)s is removed."),
        "account/messages/logged_out.txt": _("You are signed out."),
        "account/messages/password_changed.txt": _("Your password is changed."),
        "account/messages/password_set.txt": _("Your password is set."),
        "account/messages/primary_email_set.txt": _("Your main address is changed."),
    }

    def add_message(
        self,
        request: HttpRequest,
        level: int,
        message_template: str | None = None,
        message_context: dict[str, Any] | None = None,
        extra_tags: str = "",
        message: str | None = None,
    ) -> None:
        if message_template in self.quiet:
            return
        if message_template in self.said:
            message = str(self.said[message_template]) % (message_context or {})
        super().add_message(request, level, message_template, message_context, extra_tags, message)

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        if not emails.send_account_mail(template_prefix, to=email, context=context):
            super().send_mail(template_prefix, email, context)
