"""What an order is for, as its pages and mails name it."""

from dataclasses import dataclass

from community.models import Chapter
from courses.models import Course
from courses.services import sales as seats
from events.models import Event
from orders.models import Order
from ticketing.services import sales as tickets


@dataclass(frozen=True)
class Subject:
    """An event or a course: one of the two."""

    event: Event | None = None
    course: Course | None = None

    @property
    def _thing(self) -> Event | Course:
        thing = self.event or self.course
        if thing is None:
            raise ValueError("an order is for something")
        return thing

    @property
    def title(self) -> str:
        return self._thing.title

    @property
    def chapter(self) -> Chapter:
        return self._thing.chapter

    @property
    def slug(self) -> str:
        return self._thing.slug

    @property
    def url(self) -> str:
        return self._thing.get_absolute_url()

    @property
    def is_on(self) -> bool:
        """It is published and not over."""
        return self._thing.is_published and not (self.event and self.event.is_over())

    @property
    def zone(self) -> str:
        """The zone its times are shown in."""
        return self.event.time_zone if self.event else self.chapter.time_zone


def subject_of(order: Order) -> Subject:
    """The first of what the order bought. Two queries at most; raises ValueError for an order of
    nothing, which no service makes."""
    if events := tickets.events_of(order):
        return Subject(event=events[0])
    if courses := seats.courses_of(order):
        return Subject(course=courses[0])
    raise ValueError("an order is for something")
