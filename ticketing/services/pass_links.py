"""Passing a pass on: its holder makes a link, and whoever follows it and signs in takes it over.

The link holds the row's name, signed; nothing secret is stored, and a link taken back is dead.
"""

from datetime import datetime

from django.core import signing
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from accounts.queries import proven_emails
from orders.models import Order
from ticketing import errors
from ticketing.models import FreePass, PassLink, Ticket
from ticketing.services.passes import WHY_NOT

SALT = "pass link"


def path_of(link: PassLink) -> str:
    return reverse("ticketing:pass-take", args=[_signer().sign(link.public_id)])


def link_of(token: str) -> PassLink:
    """The link that a token names, whatever became of it. Raises PassLinkGone."""
    try:
        public_id = _signer().unsign(token)
    except signing.BadSignature:
        raise errors.PassLinkGone from None
    found = PassLink.objects.select_related("free_pass__event", "free_pass__chapter", "created_by")
    link = found.filter(public_id=public_id).first()
    if link is None:
        raise errors.PassLinkGone
    return link


def _signer() -> signing.Signer:
    return signing.Signer(salt=SALT)


def may_pass_on(free_pass: FreePass, user: User, at: datetime) -> bool:
    """Where its policy says so; and a pass for one event, by who already has a ticket for that."""
    return free_pass.is_good(at) and (free_pass.is_transferable or has_place(free_pass, user))


def has_place(free_pass: FreePass, user: User) -> bool:
    """Whether the pass is for one event that its holder goes to anyway."""
    if free_pass.event_id is None:
        return False
    mine = Order.objects.of_person(user).values("pk")
    tickets = Ticket.objects.valid().filter(event=free_pass.event_id, order_line__order__in=mine)
    return tickets.exists()


@transaction.atomic
def offer_pass(*, free_pass: FreePass, by: User) -> PassLink:
    """The link to send to somebody. Repeatable: one is open at a time. Raises PassFixed, and why
    the pass cannot be used."""
    free_pass = _lock(free_pass)
    now = timezone.now()
    if not free_pass.is_good(now):
        raise WHY_NOT[free_pass.state(now)]
    if not may_pass_on(free_pass, by, now):
        raise errors.PassFixed
    open_link = free_pass.links.filter(taken_at=None, withdrawn_at=None).first()
    return open_link or PassLink.objects.create(free_pass=free_pass, created_by=by)


@transaction.atomic
def withdraw_link(*, free_pass: FreePass) -> None:
    """Its holder keeps it. Repeatable."""
    links = _lock(free_pass).links.filter(taken_at=None, withdrawn_at=None)
    links.update(withdrawn_at=timezone.now())


@transaction.atomic
def take_over(*, link: PassLink, by: User) -> FreePass:
    """The pass is theirs from now on, and cannot be passed on again. Of two at once one gets it.

    Raises PassLinkGone, PassLinkOwn, and why the pass cannot be used.
    """
    free_pass = _lock(link.free_pass)
    link = PassLink.objects.get(pk=link.pk)
    if link.taken_by_id == by.pk:  # the same form, sent twice
        return free_pass
    if link.taken_at or link.withdrawn_at:
        raise errors.PassLinkGone
    if _is_theirs(free_pass, by):
        raise errors.PassLinkOwn
    if not free_pass.is_good():
        raise WHY_NOT[free_pass.state()]
    link.taken_at, link.taken_by = timezone.now(), by
    link.save(update_fields=["taken_at", "taken_by"])
    free_pass.user, free_pass.email, free_pass.is_transferable = by, by.email.lower(), False
    free_pass.save(update_fields=["user", "email", "is_transferable"])
    return free_pass


def _is_theirs(free_pass: FreePass, user: User) -> bool:
    if free_pass.user_id is not None:
        return free_pass.user_id == user.pk
    return free_pass.email in proven_emails(user)


def _lock(free_pass: FreePass) -> FreePass:
    return FreePass.objects.select_for_update(of=("self",)).get(pk=free_pass.pk)
