"""A rule for free passes in a sentence or two."""

from django import template
from django.utils.translation import gettext as _, ngettext

from incentives.models import Kind, PassGround, PassPolicy, PassScope
from ticketing.models import PassCovers

register = template.Library()


@register.filter
def policy_earned_by(policy: PassPolicy) -> str:
    if policy.ground == PassGround.TALK:
        return _("Each talk that was accepted")
    number = {"number": policy.threshold}
    if policy.ground == PassGround.HELPER_HOURS:
        words = ngettext(
            "Every hour of help at events", "Every %(number)s hours of help at events",
            policy.threshold,
        )  # fmt: skip
        return words % number
    words = ngettext("Every point", "Every %(number)s points", policy.threshold) % number
    kind = Kind(policy.kind).label if policy.kind else _("any work")
    return _("%(points)s for this work: %(kind)s") % {"points": words, "kind": kind}


@register.filter
def policy_gives(policy: PassPolicy) -> str:
    if policy.scope == PassScope.THAT_EVENT:
        return _("A place at the event of the talk")
    covers = str(PassCovers(policy.covers).label)
    words = ngettext("One place: %(covers)s", "%(number)s places: %(covers)s", policy.uses)
    return words % {"number": policy.uses, "covers": covers}
