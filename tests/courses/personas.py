"""Who may try a lecturer's pages: everybody does, and only those who write the course get in."""

from django.test import Client

from community.models import Role
from courses.models import Course
from tests.factories.accounts import UserFactory
from tests.factories.community import MembershipFactory
from tests.factories.courses import CourseLecturerFactory

MAY = ["lecturer of it", "owner", "organizer"]
MAY_NOT = ["lecturer", "steward", "stranger", "organizer elsewhere", "lecturer of another"]
NOTHING = {404, 405}  # 405 only says how the address would be used


def client_of(persona: str, course: Course) -> Client:
    """A signed-in person with that part in the course, its chapter, or elsewhere."""
    user = UserFactory()
    if persona == "lecturer of it":
        CourseLecturerFactory(course=course, user=user)
    elif persona == "lecturer of another":
        CourseLecturerFactory(course__chapter=course.chapter, user=user)
    elif persona == "organizer elsewhere":
        MembershipFactory(user=user, role=Role.ORGANIZER)
    elif persona != "stranger":
        MembershipFactory(user=user, chapter=course.chapter, role=Role(persona))
    client = Client(headers={"accept-language": "en"})
    client.force_login(user)
    return client


def assert_only_writers(course: Course, urls: list[str]) -> None:
    """Over every address, read and written: sign in first, nothing there, or a page."""
    for url in urls:
        for method in (Client().get, Client().post):
            assert method(url).headers["Location"].startswith("/accounts/login/"), url
        for persona in MAY_NOT:
            client = client_of(persona, course)
            answers = {client.get(url).status_code, client.post(url).status_code}
            assert answers <= NOTHING, (url, persona)
            assert 404 in answers, (url, persona)
        for persona in MAY:
            assert client_of(persona, course).get(url).status_code in {200, 405}, (url, persona)
