from datetime import datetime

from django import template
from django.utils import formats, timezone
from django.utils.translation import gettext as _, pgettext

register = template.Library()


@register.filter
def changed_value(value: object) -> str:
    """One side of a change for people: instants in the active zone, nothing as a word."""
    if isinstance(value, datetime):
        local = timezone.localtime(value)
        return formats.date_format(local, pgettext("date and time format", "j M Y, H:i"))
    text = ", ".join(map(str, value)) if isinstance(value, list) else str(value)
    return text or _("nothing")
