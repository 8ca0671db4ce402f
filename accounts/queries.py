from allauth.account.models import EmailAddress

from accounts.models import User


def proven_emails(user: User) -> list[str]:
    """The addresses, in lower case, that `user` has shown to be theirs."""
    found = EmailAddress.objects.filter(user=user, verified=True)
    return [email.lower() for email in found.values_list("email", flat=True)]
