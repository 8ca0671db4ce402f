"""Filters that every page may use: money, time, Markdown."""

from datetime import datetime
from html import unescape
from zoneinfo import ZoneInfo

from django import template
from django.utils.html import strip_tags
from django.utils.safestring import SafeString

from core import money as money_module, time as time_module
from core.markdown import render_markdown

register = template.Library()


@register.filter
def markdown(text: str) -> SafeString:
    return render_markdown(text or "")


@register.filter
def first_words(text: str) -> str:
    """The first paragraph of a Markdown text, without its marks: what a list says of a thing."""
    first, _, _ = render_markdown(text or "").partition("</p>")
    return unescape(strip_tags(first)).strip()


@register.filter
def money(amount_minor: int, currency: str) -> str:
    return money_module.format_money(amount_minor, currency)


@register.filter
def price(amount_minor: int, currency: str) -> str:
    return money_module.format_price(amount_minor, currency)


@register.filter
def bps_percent(bps: int) -> str:
    """1250 → `12.5 %`."""
    whole, part = divmod(bps, 100)
    return f"{whole}{f'.{part:02}'.rstrip('0') if part else ''} %"


@register.filter
def minus(amount_minor: int) -> int:
    """What goes the other way: `{{ refund.amount_minor|minus|money:refund.currency }}`."""
    return -amount_minor


@register.filter
def in_zone(moment: datetime, zone: str) -> datetime:
    """For `date` after it: `{{ event.start_at|in_zone:event.time_zone|date:"H:i" }}`."""
    return moment.astimezone(ZoneInfo(zone)).replace(tzinfo=None)


@register.filter
def moment(at: datetime, zone: str) -> str:
    """`{{ kind.sales_end_at|moment:event.time_zone }}`"""
    return time_module.format_moment(at, zone)


@register.filter
def zone_label(moment: datetime, zone: str) -> str:
    return time_module.zone_label(moment, zone)


@register.simple_tag
def span(start_at: datetime, end_at: datetime, zone: str) -> str:
    return time_module.format_span(start_at, end_at, zone)
