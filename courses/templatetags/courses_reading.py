"""What a lesson's page says of files and languages."""

from django import template

from courses.models import Material
from courses.queries import reading

register = template.Library()
HTML_LANGUAGES = {"zh-hans": "zh-Hans"}


@register.filter
def file_url(material: Material, course_slug: str) -> str:
    return reading.file_url(course_slug, material)


@register.filter
def html_language(code: str) -> str:
    return HTML_LANGUAGES.get(code, code)


@register.filter
def own_name(code: str) -> str:
    """The language under its own name, nothing for none."""
    return reading.OWN_NAMES.get(code, "")
