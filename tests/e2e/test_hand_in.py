"""A learner writes an assignment in a real browser."""

import pytest
from django.conf import settings
from django.urls import reverse
from playwright.sync_api import expect

from courses.models import FeedbackVerdict, Submission
from courses.services import assignments, handing_in
from tests.courses.work import place_in
from tests.courses.world import enroll, published_course
from tests.factories.accounts import UserFactory
from tests.factories.work import AssignmentFactory

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def seat():
    return enroll(published_course(1))


def revise(assignment, seat):
    """The lecturer asks for more, and the learner takes it up."""
    submission = Submission.objects.get()
    assignments.give_feedback(
        submission=submission, by=UserFactory(), verdict=FeedbackVerdict.REVISE, text="Say why."
    )
    place = place_in(seat.cohort, assignment)
    handing_in.open_draft(assignment=assignment, user=seat.user, place=place)


def test_what_was_typed_before_the_script_came_is_not_replaced(page, client, site, seat):
    assignment = AssignmentFactory(course=seat.cohort.course)
    client.force_login(seat.user)
    session = client.cookies[settings.SESSION_COOKIE_NAME].value
    here = {"name": settings.SESSION_COOKIE_NAME, "value": session}
    page.context.add_cookies([here | {"url": site}])
    address = reverse(
        "courses:assignment-detail", args=[assignment.course.slug, assignment.public_id]
    )
    page.goto(address)
    page.locator("textarea[name=text]").fill("A first try.")
    page.get_by_role("button", name="Hand in", exact=True).click()
    expect(page.get_by_text("Handed in.")).to_be_visible()
    revise(assignment, seat)
    held = []
    page.route("**/editor/autosave*.js", lambda route: held.append(route))
    page.goto(address, wait_until="commit")

    page.locator("textarea[name=text]").fill("A second try.")
    for route in held:
        route.continue_()

    expect(page.locator("[data-save-state]")).to_have_attribute("data-state", "saved")
    texts = Submission.objects.order_by("number").values_list("text", flat=True)
    assert list(texts) == ["A first try.", "A second try."]
