"""One person goes through their link many times at the same moment: they were there once."""

from collections.abc import Iterator
from datetime import timedelta
from threading import Barrier

import pytest
from django.db import connection

from courses.models import Attendance, AttendanceSource, ClassJoin
from courses.services import attendance
from tests.concurrency.threads import at_once
from tests.factories.classes import ClassSessionFactory
from tests.factories.courses import EnrollmentFactory

pytestmark = pytest.mark.django_db(transaction=True)

CLICKS = 8


def join_all_at_once(browsers: int = 2) -> list:
    session = ClassSessionFactory()
    user = EnrollmentFactory(cohort=session.cohort).user
    at = session.starts_at + timedelta(minutes=1)

    def join(number: int) -> None:
        attendance.record_join(
            session=session, user=user, device=f"browser {number % browsers}", at=at
        )

    return at_once(CLICKS, join)


@pytest.fixture
def no_constraint() -> Iterator[None]:
    """The database would let two rows stand."""
    [guard] = [each for each in Attendance._meta.constraints if each.name == "attendance_once"]
    with connection.schema_editor() as editor:
        editor.remove_constraint(Attendance, guard)
    yield
    Attendance.objects.all().delete()
    with connection.schema_editor() as editor:
        editor.add_constraint(Attendance, guard)


def test_attendance_is_never_double_and_each_click_is_counted():
    results = join_all_at_once()

    assert results == [None] * CLICKS
    assert [row.source for row in Attendance.objects.all()] == [AttendanceSource.JOIN]
    assert sorted(join.count for join in ClassJoin.objects.all()) == [CLICKS / 2, CLICKS / 2]


@pytest.mark.usefixtures("no_constraint")
def test_control_looking_first_and_writing_then_doubles(monkeypatch):
    """Without the constraint a look before the write is no guard."""
    everybody_looked = Barrier(CLICKS, timeout=30)

    def look_then_write(*, session, user, source, at) -> None:
        rows = Attendance.objects.standing().filter(session=session, user=user, source=source)
        was_there = rows.exists()
        everybody_looked.wait()
        if not was_there:
            Attendance.objects.create(session=session, user=user, source=source, at=at)

    monkeypatch.setattr(attendance, "note_attendance", look_then_write)

    join_all_at_once(browsers=CLICKS)  # one counter for several would put them in a queue

    assert Attendance.objects.count() == CLICKS
