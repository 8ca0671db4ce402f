"""Under what contributors stand on public pages."""

from django.db import IntegrityError, transaction

from accounts.models import User
from incentives.errors import PseudonymTaken
from incentives.models import PublicName

TRIES = 5  # a pseudonym that another has already is drawn again


def public_name_of(user: User) -> PublicName:
    """The person's, made with a fresh pseudonym where there is none."""
    for left in reversed(range(TRIES)):
        try:
            with transaction.atomic():
                return PublicName.objects.get_or_create(user=user)[0]
        except IntegrityError:
            if not left:
                raise
    raise AssertionError("unreachable")


@transaction.atomic
def choose_name(*, user: User, shows_name: bool, pseudonym: str) -> PublicName:
    """What public pages call the person from now on. Raises PseudonymTaken."""
    name = public_name_of(user)
    name.shows_name, name.pseudonym = shows_name, pseudonym.strip()
    try:
        with transaction.atomic():
            name.save(update_fields=["shows_name", "pseudonym"])
    except IntegrityError:
        raise PseudonymTaken from None
    return name
