from django import template
from django.utils.safestring import SafeString

from core.seal import seal_svg

register = template.Library()


@register.simple_tag
def seal(name: str, title: str = "", size: str = "") -> SafeString:
    """`{% seal chapter.name title=chapter.name size="large" %}`"""
    return seal_svg(str(name), title=title, size=size)
