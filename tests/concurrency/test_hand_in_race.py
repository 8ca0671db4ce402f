"""A learner presses twice, or writes in two tabs, while a lecturer answers."""

from threading import Barrier

import pytest
from django.db.models import QuerySet

from courses.errors import NewerHandIn
from courses.models import Feedback, Submission
from courses.services import assignments, handing_in
from tests.concurrency.threads import at_once
from tests.courses.work import hand_in, place_in, write
from tests.courses.world import enroll, published_course
from tests.factories.accounts import UserFactory
from tests.factories.work import AssignmentFactory

pytestmark = [pytest.mark.concurrency, pytest.mark.django_db(transaction=True)]
TIMES = 6


@pytest.fixture
def seat():
    return enroll(published_course(1))


@pytest.fixture
def assignment(seat):
    return AssignmentFactory(course=seat.cohort.course)


def statuses():
    return [(one.number, one.status) for one in Submission.objects.order_by("number")]


def test_pressed_at_once_it_is_handed_in_once(seat, assignment):
    results = at_once(TIMES, lambda number: hand_in(assignment, seat.user, seat.cohort))

    assert [type(one).__name__ for one in results] == ["Submission"] * TIMES
    assert statuses() == [(1, "submitted")]


def test_control_without_the_lock_each_press_hands_in(seat, assignment, monkeypatch):
    """All have read the draft before one writes: every one of them stores its own moment."""
    draft = write(assignment, seat.user, seat.cohort)
    saved, all_read = [], Barrier(TIMES, timeout=30)
    refuse, save = handing_in._refuse, Submission.save

    def refuse_together(*args):
        refuse(*args)
        all_read.wait()

    def count_save(self, **options):
        saved.append(self.pk)
        save(self, **options)

    monkeypatch.setattr(QuerySet, "select_for_update", lambda self, **options: self)
    monkeypatch.setattr(handing_in, "_refuse", refuse_together)
    monkeypatch.setattr(Submission, "save", count_save)

    place = place_in(seat.cohort, assignment)
    at_once(TIMES, lambda number: handing_in.hand_in(draft=draft, place=place))

    assert saved == [draft.pk] * TIMES


def test_tabs_that_begin_at_once_write_one_draft(seat, assignment):
    results = at_once(TIMES, lambda number: write(assignment, seat.user, seat.cohort, "Same."))

    assert [type(one).__name__ for one in results] == ["Submission"] * TIMES
    assert statuses() == [(1, "draft")]


def test_answer_never_goes_to_what_was_just_replaced(seat, assignment):
    """Whichever is first: the answer is of the newest, or it is refused."""
    first = hand_in(assignment, seat.user, seat.cohort, "One.")
    draft = handing_in.open_draft(
        assignment=assignment, user=seat.user, place=place_in(seat.cohort, assignment)
    )
    lecturer, place = UserFactory(), place_in(seat.cohort, assignment)

    def act(number):
        if number:
            return handing_in.hand_in(draft=draft, place=place)
        return assignments.give_feedback(
            submission=first, by=lecturer, verdict="revise", text="Why?"
        )

    answer, handed_in = at_once(2, act)

    assert handed_in.status == "submitted"
    if isinstance(answer, NewerHandIn):
        assert (Feedback.objects.count(), statuses()) == (0, [(1, "replaced"), (2, "submitted")])
    else:
        assert statuses() == [(1, "revise"), (2, "submitted")]
