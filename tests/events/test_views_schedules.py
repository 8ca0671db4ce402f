import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from community.models import Role
from events.forms.schedules import MAX_UPLOAD, pack, unpack
from events.models import LogEntry, Talk
from tests.events.schedule_samples import encode, opass, session
from tests.factories.accounts import UserFactory
from tests.factories.community import MembershipFactory
from tests.factories.events import EventFactory, TalkFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def event():
    return EventFactory(draft=True)


@pytest.fixture
def url(event):
    return reverse("events:schedule-import", args=[event.slug])


@pytest.fixture
def organizer(client, event):
    user = MembershipFactory(chapter=event.chapter, role=Role.ORGANIZER).user
    user.language = "en"
    user.save(update_fields=["language"])
    client.force_login(user)
    return user


def send(client, url, data, **fields):
    file = SimpleUploadedFile("conf-2030.json", data)
    return client.post(url, {"file": file, **fields}, headers={"accept-language": "en"})


def test_organizer_sees_the_difference_and_then_applies_the_same_bytes(
    client, event, url, organizer
):
    page = send(client, url, encode(opass()))

    assert page.status_code == 200
    assert "第1场" in page.text
    assert not Talk.objects.exists()

    page = client.post(
        url, {"packed": page.context["packed"], "name": page.context["name"], "apply": "1"}
    )

    assert page.url == reverse("events:event-agenda", args=[event.slug])
    assert set(event.talks.values_list("key", flat=True)) == {"S1", "S2"}
    entry = LogEntry.objects.get(event=event)
    assert (entry.by, entry.target) == (organizer, "conf-2030.json")


def test_same_schedule_again_offers_nothing_to_apply(client, event, url, organizer):
    packed = pack(encode(opass()))
    client.post(url, {"packed": packed, "apply": "1"})

    page = send(client, url, encode(opass()))

    assert page.context["comparison"].changes == []
    assert 'name="apply"' not in page.text


def test_removal_is_announced_and_talks_made_by_hand_are_not_in_it(client, event, url, organizer):
    client.post(url, {"packed": pack(encode(opass())), "apply": "1"})
    TalkFactory(event=event)

    page = send(client, url, encode(opass(session(1))))

    kinds = [(change.kind, change.name) for change in page.context["comparison"].changes]
    assert kinds == [("removed", "第2场")]
    assert page.context["removes"]


@pytest.mark.parametrize("data", [b"{", b"BEGIN:VCALENDAR", b"\xff\xfe\xff"])
def test_broken_file_is_answered_at_the_field(client, event, url, organizer, data):
    page = send(client, url, data, apply="1")

    assert page.status_code == 200
    assert page.context["form"].errors["file"]
    assert not Talk.objects.exists()


def test_nothing_chosen_is_answered_at_the_field(client, url, organizer):
    assert client.post(url, {"apply": "1"}).context["form"].errors["file"]
    assert client.post(url, {"packed": "!"}).context["form"].errors["file"]


def test_file_that_is_too_large_is_refused(client, url, organizer, monkeypatch):
    monkeypatch.setattr("events.forms.schedules.MAX_UPLOAD", 10)

    assert send(client, url, encode(opass())).context["form"].errors["file"]


def test_markup_in_a_title_stays_text(client, url, organizer):
    page = send(
        client, url, encode(opass(session(1, zh={"title": "<img src=x onerror=alert(1)>"})))
    )

    assert "<img src=x" not in page.text


@pytest.mark.parametrize("role", [None, Role.STEWARD, Role.LECTURER])
@pytest.mark.parametrize("method", ["get", "post"])
def test_import_is_hidden_from_who_does_not_run_the_chapter(client, event, url, role, method):
    user = MembershipFactory(chapter=event.chapter, role=role).user if role else UserFactory()
    MembershipFactory(user=user)  # runs another chapter
    client.force_login(user)

    assert (
        getattr(client, method)(url, {"packed": pack(encode(opass())), "apply": "1"}).status_code
        == 404
    )
    assert not Talk.objects.exists()


def test_import_asks_strangers_to_sign_in(client, url):
    assert client.get(url).status_code == 302


def test_packed_bytes_come_back_and_bombs_do_not():
    assert unpack(pack(b"abc")) == b"abc"
    assert unpack(pack(b"0" * (MAX_UPLOAD + 1))) == b""
    assert unpack("no base64") == unpack("YWJj") == unpack("") == b""
