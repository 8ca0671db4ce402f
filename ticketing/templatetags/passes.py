"""What pages and mails say of a free pass."""

from django import template
from django.template import Context
from django.utils import timezone
from django.utils.translation import gettext as _, gettext_lazy

from accounts.models import User
from ticketing.models import FreePass, PassCovers, PassState
from ticketing.queries.passes import passes_of

register = template.Library()

ANYWHERE = {
    PassCovers.ONLINE: gettext_lazy("Any online talk"),
    PassCovers.OFFLINE: gettext_lazy("Any meetup in person"),
    PassCovers.BOTH: gettext_lazy("Any talk or meetup"),
}
OF_CHAPTER = {
    PassCovers.ONLINE: gettext_lazy("Any online talk of %(chapter)s"),
    PassCovers.OFFLINE: gettext_lazy("Any meetup in person of %(chapter)s"),
    PassCovers.BOTH: gettext_lazy("Any event of %(chapter)s"),
}
KINDS = {PassState.USABLE: "good", PassState.SOON: "wait", PassState.REVOKED: "bad"}


@register.filter
def pass_title(free_pass: FreePass) -> str:
    """What it is good for, in a few words."""
    covers = PassCovers(free_pass.covers)
    if free_pass.event:
        return _("A place at “%(event)s”") % {"event": free_pass.event.title}
    if free_pass.chapter:
        return str(OF_CHAPTER[covers]) % {"chapter": free_pass.chapter.name}
    return str(ANYWHERE[covers])


@register.filter
def state_kind(state: PassState) -> str:
    return KINDS.get(state, "plain")


@register.inclusion_tag("ticketing/my_passes_hint.html", takes_context=True)
def my_passes_hint(context: Context) -> dict[str, int]:
    """That the reader has passes to use, on a page of theirs. One query."""
    user = context["request"].user
    count = passes_of(user).usable(timezone.now()).count() if isinstance(user, User) else 0
    return {"count": count}
