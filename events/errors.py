from django.utils.translation import gettext_lazy as _

from core.errors import DomainError


class Conflict(DomainError):
    """Someone saved the same thing since the page was opened."""

    code = "conflict"
    message = _("%(who)s saved this event while you were editing it.")


class EventNotReady(DomainError):
    """Something that a published event needs is missing; `params["missing"]` lists it."""

    code = "event_not_ready"
    message = _("Before it can be published: %(list)s")


class EventIsCanceled(DomainError):
    code = "event_canceled"
    message = _("This event is canceled. Duplicate it to hold it again.")


class EventIsOver(DomainError):
    code = "event_over"
    message = _("This event is over.")


class NeverPublished(DomainError):
    code = "event_never_published"
    message = _("Nobody has seen this draft: there is nothing to cancel.")


class NotOfThisEvent(DomainError):
    code = "not_of_this_event"
    message = _("This belongs to another event.")
    status = 400


class EndsBeforeStart(DomainError):
    code = "ends_before_start"
    message = _("The end must be after the start.")
    status = 400
    field = "end_at"
