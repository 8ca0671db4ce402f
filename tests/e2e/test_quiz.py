"""A learner takes a quiz in a real browser: closed tabs, a lost network, two tabs, the end."""

import pytest
from django.conf import settings
from django.urls import reverse
from playwright.sync_api import expect

from courses.models import QuizAnswer, QuizAttempt
from courses.services import quizzes, taking
from tests.courses.work import add_question
from tests.courses.world import enroll, published_course
from tests.factories.work import QuizFactory

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def seat():
    return enroll(published_course(1))


@pytest.fixture
def address(seat):
    quiz = QuizFactory(course=seat.cohort.course, title_en="Blocks", attempts=1)
    add_question(quiz)
    quizzes.save_question(quiz=quiz, kind="short_text", text_en="Who?", accepted=["Satoshi"])
    quizzes.publish_quiz(quiz=quiz, by=None)
    taking.start_attempt(quiz=quiz, user=seat.user, cohort=seat.cohort_id)
    return reverse("courses:quiz-attempt", args=[quiz.course.slug, quiz.public_id, 1])


@pytest.fixture
def sign_in(client, seat, site):
    def sign_in(page):
        client.force_login(seat.user)
        cookie = client.cookies[settings.SESSION_COOKIE_NAME].value
        client.get("/healthz")  # the first request of all loads the urls
        page.context.add_cookies(
            [{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": site}]
        )
        return page

    return sign_in


def expect_state(page, state):
    expect(page.locator("[data-save-state]")).to_have_attribute("data-state", state)


def stored():
    """The answer that counts, of each question in the order of their first answers."""
    last: dict[str, object] = {}
    for answer in QuizAnswer.objects.order_by("pk"):
        last[answer.question] = answer.value
    return list(last.values())


def test_closed_tab_keeps_answers_and_the_end_is_judged(page, sign_in, address):
    sign_in(page).goto(address)
    page.get_by_label("Choice 0").check()
    expect_state(page, "saved")
    page.close()

    again = page.context.new_page()
    again.goto(address)
    expect(again.get_by_label("Choice 0")).to_be_checked()
    again.get_by_label("Who?").fill("satoshi")
    expect_state(again, "saved")
    again.get_by_role("button", name="Hand in").click()

    expect(again.locator(".quiz-percent")).to_have_text("100 %")
    assert QuizAttempt.objects.get().is_passed


def test_without_a_network_answers_wait_and_arrive_later(page, sign_in, address, complaints):
    sign_in(page).goto(address)
    page.context.set_offline(True)
    page.get_by_label("Choice 1").check()
    expect_state(page, "kept")
    page.get_by_role("button", name="Hand in").click()
    expect_state(page, "kept")
    assert stored() == []
    complaints.heard.clear()  # that the network was gone

    page.context.set_offline(False)

    expect_state(page, "saved")
    assert len(stored()) == 1
    complaints.heard.clear()


def test_answer_that_waited_comes_back_with_the_page(page, sign_in, address, complaints):
    sign_in(page).goto(address)
    page.context.set_offline(True)
    page.get_by_label("Who?").fill("Satoshi")
    expect_state(page, "kept")
    page.close()
    page.context.set_offline(False)
    complaints.heard.clear()

    again = page.context.new_page()
    again.goto(address)

    expect(again.get_by_label("Who?")).to_have_value("Satoshi")
    expect_state(again, "saved")
    assert stored() == ["Satoshi"]


def test_what_was_answered_before_the_script_came_is_saved(page, sign_in, address):
    held = []
    page.route("**/quiz*.js", lambda route: held.append(route))
    sign_in(page).goto(address, wait_until="commit")
    page.get_by_label("Choice 0").check()
    page.get_by_label("Who?").fill("Satoshi")

    for route in held:
        route.continue_()

    expect_state(page, "saved")
    assert len(stored()) == 2


def test_second_tab_is_told_what_it_replaced(page, sign_in, address):
    sign_in(page).goto(address)
    other = page.context.new_page()
    other.goto(address)
    page.get_by_label("Choice 0").check()
    expect_state(page, "saved")

    other.get_by_label("Choice 1").check()

    note = other.locator("[data-note]:visible")
    expect(note).to_contain_text("Choice 0")
    assert [len(value) for value in stored()] == [1]
    assert QuizAnswer.objects.count() == 2
