from allauth.account.models import EmailAddress
from django.db.models import QuerySet
from django.db.models.functions import Lower

from accounts.models import User


def proven(user: User) -> QuerySet[EmailAddress, str]:
    """The addresses, in lower case, that `user` has shown to be theirs: to ask within a query."""
    return (
        EmailAddress.objects.filter(user=user, verified=True)
        .annotate(address=Lower("email"))
        .values_list("address", flat=True)
    )


def proven_emails(user: User) -> list[str]:
    """The same, read."""
    return list(proven(user))
