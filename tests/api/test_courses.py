import pytest

from accounts.models import TokenScope
from courses.services import desk
from tests.api.caller import caller_of
from tests.courses.shop import order_seats, priced_course
from tests.courses.world import complete, enroll, lesson_of, publish, published_course
from tests.factories.accounts import UserFactory
from tests.factories.courses import CourseFactory

pytestmark = pytest.mark.django_db


def lessons(caller, course):
    modules = caller.get(f"courses/{course.slug}/").json()["modules"]
    return {row["slug"]: row for module in modules for row in module["lessons"]}


def test_catalog_says_both_languages_and_the_least_price(anonymous):
    course = priced_course(1, slug="zk", title_zh_hans="零知识", title_en="ZK")
    CourseFactory()

    [found] = anonymous.get("courses/").json()["results"]

    assert (found["slug"], found["title"]) == ("zk", {"zh-hans": "零知识", "en": "ZK"})
    assert found["price_from"] == {"amount_minor": 9900, "currency": "CNY"}
    assert found["id"] == course.public_id


def test_catalog_is_narrowed(anonymous):
    published_course(1, slug="zk", title_zh_hans="零知识证明")
    priced_course(1, slug="rust", level="advanced")

    def slugs(**query):
        return [row["slug"] for row in anonymous.get("courses/", **query).json()["results"]]

    assert slugs(search="知识") == slugs(price="free") == ["zk"]
    assert slugs(level="advanced") == ["rust"]
    assert anonymous.get("courses/", level="nonsense").status_code == 400


def test_lesson_is_read_by_who_may_see_it(anonymous):
    course = published_course(2)
    desk.update_lesson(lesson=lesson_of(course, 1), is_preview=True)
    publish(course)
    learner = caller_of(enroll(course).user)
    path = f"courses/{course.slug}/lessons/lesson-"

    preview = anonymous.get(f"{path}1/", language="en").json()
    refused = anonymous.get(f"{path}2/")

    assert (preview["title"], preview["body"]) == ("Lesson 1", "Text 1 en.")
    assert (refused.status_code, refused.json()["code"]) == (409, "lesson_locked")
    assert learner.get(f"{path}2/", language="zh-hans").json()["body"] == "Text 2 zh-hans."
    assert anonymous.get(f"{path}9/").status_code == 404
    assert anonymous.get(f"courses/{CourseFactory().slug}/").status_code == 404


def test_token_without_the_scope_knows_nothing_of_its_person():
    course = published_course(1)
    user = enroll(course).user
    complete(user, lesson_of(course, 1))
    knows, knows_not = caller_of(user), caller_of(user, scopes=[TokenScope.EVENTS_READ])

    assert lessons(knows, course)["lesson-1"]["is_completed"]
    seen = lessons(knows_not, course)["lesson-1"]
    assert (seen["access"], seen["is_completed"]) == ("needs_enrollment", False)
    assert knows_not.get("enrollments/").status_code == 403


def test_enrollments_are_mine_alone():
    course = published_course(1, slug="zk")
    user = UserFactory()
    enroll(course)
    seat = enroll(course, user)

    [found] = caller_of(user).get("enrollments/").json()["results"]

    assert (found["id"], found["course"]["slug"], found["status"]) == (
        seat.public_id,
        "zk",
        "active",
    )


def test_order_of_a_seat_is_read_by_its_secret(anonymous):
    course = published_course(1, slug="zk")
    order = order_seats(course)

    found = anonymous.get(f"orders/{order.public_id}/").json()

    assert (found["course"], found["event"], found["tickets"]) == ("zk", None, [])
    assert [(s["email"], s["status"]) for s in found["seats"]] == [("lin@example.com", "active")]
