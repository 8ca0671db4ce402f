"""Where an organizer looks after orders: an event's, or a course's."""

from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import reverse

from checkout.queries import manage as queries
from checkout.queries.subjects import Subject
from courses.models import Course
from orders.models import Order
from ticketing.views.access import event_run_by

EVENT, COURSE = "event", "course"


@dataclass(frozen=True)
class Shop:
    subject: Subject

    @property
    def context(self) -> dict[str, Any]:
        """What every page of it shows."""
        return {"shop": self, "event": self.subject.event, "course": self.subject.course}

    @property
    def orders(self) -> QuerySet[Order]:
        if self.subject.event:
            return queries.orders_of(self.subject.event)
        return queries.orders_of_course(self.subject.course)

    def order(self, reference: str) -> Order:
        """The order if it is of this shop, else 404."""
        return get_object_or_404(self.orders, reference=reference)

    def url(self, name: str, *arguments: object) -> str:
        """Pages about a course's orders have the same names, with `seat-` before them."""
        prefix = "" if self.subject.event else "seat-"
        return reverse(f"checkout:{prefix}{name}", args=[self.subject.slug, *arguments])


def shop_run_by(request: HttpRequest, slug: str, kind: str) -> Shop:
    """The shop if the reader helps to run its chapter, else 404."""
    if kind == EVENT:
        return Shop(Subject(event=event_run_by(request, slug)))
    mine = Course.objects.run_by(request.user).select_related("chapter")
    return Shop(Subject(course=get_object_or_404(mine, slug=slug)))
