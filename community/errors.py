from django.utils.translation import gettext_lazy as _

from core.errors import DomainError


class LastOwner(DomainError):
    code = "last_owner"
    message = _("A chapter needs an owner. Make somebody else an owner first.")
    field = "roles"


class AlreadyMember(DomainError):
    code = "already_member"
    message = _("%(name)s has these roles already.")
    field = "email"


class NoRoles(DomainError):
    code = "no_roles"
    message = _("Choose at least one role.")
    field = "roles"
    status = 400


class InvitationGone(DomainError):
    """Used, taken back or too old; one answer, since a link may be in the wrong hands."""

    code = "invitation_gone"
    message = _("This invitation is no longer good. Ask the chapter for a new one.")
    status = 410
