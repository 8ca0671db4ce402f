"""What a certificate says, in the reader's language."""

from django import template

from courses.models import Certificate
from courses.queries.outline import best_language

register = template.Library()


@register.filter
def course_title(certificate: Certificate) -> str:
    """What the course was called when it was given."""
    titles = certificate.facts.get("course", {})
    return titles.get(best_language(titles), "") or certificate.course.title
