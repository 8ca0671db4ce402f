"""Who may try an organizer's pages: everybody does, and only those who run the event get in."""

from django.http.response import HttpResponseBase
from django.test import Client

from community.models import Role
from events.models import Event
from tests.factories.accounts import UserFactory
from tests.factories.community import MembershipFactory

MAY = ["owner", "organizer"]
MAY_NOT = ["steward", "lecturer", "stranger", "organizer elsewhere"]
NOTHING = {404, 405}  # 405 only says how the address would be used


def client_of(persona: str, event: Event) -> Client:
    """A signed-in person with that role in the event's chapter, or elsewhere, or nowhere."""
    user = UserFactory()
    if persona == "organizer elsewhere":
        MembershipFactory(user=user, role=Role.ORGANIZER)
    elif persona != "stranger":
        MembershipFactory(user=user, chapter=event.chapter, role=Role(persona))
    client = Client(headers={"accept-language": "en"})
    client.force_login(user)
    return client


def assert_only_runners(event: Event, urls: list[str]) -> None:
    """Over every address, read and written: sign in first, nothing there, or a page."""
    for url in urls:
        for method in (Client().get, Client().post):
            assert method(url).headers["Location"].startswith("/accounts/login/"), url
        for persona in MAY_NOT:
            client = client_of(persona, event)
            answers = {_status(client.get(url)), _status(client.post(url))}
            assert answers <= NOTHING, (url, persona)
            assert 404 in answers, (url, persona)
        for persona in MAY:
            assert _status(client_of(persona, event).get(url)) in {200, 405}, (url, persona)


def _status(response: HttpResponseBase) -> int:
    if response.streaming:  # read to its end, it closes what it reads from
        assert b"".join(response.streaming_content)
    return response.status_code
