from django.utils.translation import gettext_lazy as _

from core.errors import DomainError


class RateInThePast(DomainError):
    code, field = "rate_in_the_past", "from_at"
    message = _("A rate may begin now or later: what was paid until today keeps its rate.")


class RateKnown(DomainError):
    code, field = "rate_known", "from_at"
    message = _("There is a rate of this kind from that moment on. Choose another moment.")


class RateUnchanged(DomainError):
    code, field = "rate_unchanged", "percent"
    message = _("That is the rate in force at that moment already.")
