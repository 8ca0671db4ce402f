"""What a learner's pages say of their classes."""

from django import template
from django.utils import timezone

from accounts.models import User
from courses.models import ClassSession, Course
from courses.queries.classes import upcoming_classes

register = template.Library()


@register.simple_tag
def next_class(course: Course, person: User) -> ClassSession | None:
    """`{% next_class course request.user as session %}`: their next one of this course. One query."""
    return upcoming_classes(person, timezone.now()).filter(cohort__course=course).first()


@register.filter
def is_open_now(session: ClassSession) -> bool:
    return session.is_online and session.is_open(timezone.now())
