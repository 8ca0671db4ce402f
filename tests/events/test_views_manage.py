"""The pages on which an organizer works on an event, tried by everybody."""

import io
import re
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image

from community.models import Role
from events.models import Event, EventStatus, LogEntry, Venue
from events.services import events as services
from tests.factories.accounts import UserFactory
from tests.factories.community import ChapterFactory, CityFactory, MembershipFactory
from tests.factories.events import (
    START,
    EventFactory,
    RoomFactory,
    SpeakerFactory,
    TalkFactory,
    VenueFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def in_english(client, tmp_path, settings):
    settings.MEDIA_ROOT = tmp_path
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"


@pytest.fixture
def event():
    return EventFactory()


@pytest.fixture
def organizer(client, event):
    member = MembershipFactory(chapter=event.chapter, role=Role.ORGANIZER)
    client.force_login(member.user)
    return member.user


def sign_in(client, chapter, role):
    client.force_login(MembershipFactory(chapter=chapter, role=role).user)


def typed(**changes) -> dict:
    return {
        "title_zh_hans": "零知识之夜",
        "title_en": "Zero Knowledge Night",
        "summary_zh_hans": "",
        "summary_en": "",
        "description_zh_hans": "",
        "description_en": "# Hello",
        "attendance_mode": "online",
        "spoken_language": "zh",
        "time_zone": "Europe/Berlin",
        "start_at": "2036-07-01T19:00",
        "end_at": "2036-07-01T21:00",
        "venue": "",
        "online_url": "example.com/join",
    } | changes


def picture() -> SimpleUploadedFile:
    out = io.BytesIO()
    Image.new("RGB", (40, 30), "red").save(out, "PNG")
    return SimpleUploadedFile("me.png", out.getvalue(), "image/png")


def pages(event) -> list[str]:
    """Every page of an organizer's about one event."""
    talk, room, speaker = (
        TalkFactory(event=event), RoomFactory(event=event), SpeakerFactory(event=event),
    )  # fmt: skip
    slug = event.slug
    return [
        reverse("events:event-create", args=[event.chapter.slug]),
        reverse("events:venue-edit", args=[event.chapter.slug, event.venue.pk]),
        *(
            reverse(name, args=[slug])
            for name in (
                "events:event-edit", "events:event-publish", "events:event-log",
                "events:agenda-edit", "events:talk-create", "events:room-create",
                "events:speaker-list", "events:speaker-create",
                "ticketing:event-duplicate", "ticketing:event-unpublish", "ticketing:event-cancel",
            )
        ),
        *(reverse(f"events:talk-{verb}", args=[slug, talk.public_id]) for verb in ("edit", "delete")),
        *(reverse(f"events:room-{verb}", args=[slug, room.pk]) for verb in ("edit", "delete")),
        *(reverse(f"events:speaker-{verb}", args=[slug, speaker.pk]) for verb in ("edit", "delete")),
    ]  # fmt: skip


@pytest.mark.parametrize("role", [Role.OWNER, Role.ORGANIZER])
def test_who_runs_the_chapter_opens_every_page(client, event, role):
    sign_in(client, event.chapter, role)

    answers = {url: client.get(url).status_code for url in pages(event)}

    assert set(answers.values()) == {200}, answers


@pytest.mark.parametrize("role", [Role.LECTURER, Role.STEWARD, None])
@pytest.mark.parametrize("method", ["get", "post"])
def test_everybody_else_finds_nothing(client, event, role, method):
    if role:
        sign_in(client, event.chapter, role)
    else:
        MembershipFactory(
            chapter=ChapterFactory(), role=Role.OWNER, user=(stranger := UserFactory())
        )
        client.force_login(stranger)
    before = LogEntry.objects.count()

    answers = {url: getattr(client, method)(url).status_code for url in pages(event)}

    assert set(answers.values()) <= {404, 405}, answers  # 405: nobody may post there
    assert LogEntry.objects.count() == before


def test_nobody_is_asked_to_sign_in(client, event):
    for url in [*pages(event), reverse("events:desk"), reverse("events:markdown-preview")]:
        response = client.get(url)
        assert (response.status_code, response.url) == (302, f"/accounts/login/?next={url}")


def test_the_venue_of_another_chapter_is_not_found(client, event, organizer):
    url = reverse("events:venue-edit", args=[event.chapter.slug, VenueFactory().pk])

    assert client.post(url).status_code == 404


def test_create_makes_a_draft_at_the_time_of_its_own_zone(client, event, organizer):
    response = client.post(reverse("events:event-create", args=[event.chapter.slug]), typed())

    made = Event.objects.get(slug="zero-knowledge-night")
    assert response.url == reverse("events:event-edit", args=[made.slug])
    assert made.start_at.isoformat() == "2036-07-01T17:00:00+00:00"
    assert (made.chapter, made.status, made.created_by) == (
        event.chapter, EventStatus.DRAFT, organizer,
    )  # fmt: skip
    assert made.online_url == "https://example.com/join"


def test_create_with_a_new_place(client, event, organizer):
    place = {
        "place-name_zh_hans": "后院",
        "place-city": CityFactory().pk,
        "place-address_zh_hans": "科苑路 9 号",
    }

    client.post(
        reverse("events:event-create", args=[event.chapter.slug]),
        typed(attendance_mode="offline") | place,
    )

    made = Event.objects.get(slug="zero-knowledge-night")
    assert (made.venue.name, made.venue.chapter) == ("后院", event.chapter)


def test_a_new_place_that_is_not_complete_is_asked_for_and_nothing_is_saved(
    client, event, organizer
):
    response = client.post(
        reverse("events:event-create", args=[event.chapter.slug]),
        typed() | {"place-name_en": "Back yard"},
    )

    assert "The new place is not complete" in response.text
    assert set(response.context["form"].place.errors) == {"city", "address_zh_hans"}
    assert Event.objects.count() == 1
    assert Venue.objects.count() == 1


def test_the_venue_of_another_chapter_cannot_be_chosen(client, event, organizer):
    response = client.post(
        reverse("events:event-create", args=[event.chapter.slug]), typed(venue=VenueFactory().pk)
    )

    assert set(response.context["form"].errors) == {"venue"}


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"title_zh_hans": "", "title_en": ""}, "title_zh_hans"),
        ({"end_at": "2036-07-01T18:00"}, "end_at"),
        ({"start_at": "2019-07-01T18:00", "end_at": "2019-07-01T19:00"}, "end_at"),
        ({"start_at": "tomorrow"}, "start_at"),
        ({"start_at": "2036-03-30T02:30"}, "start_at"),  # skipped by daylight saving
        ({"time_zone": "Mars/Olympus"}, "time_zone"),
        ({"slug": "not a slug"}, "slug"),
        ({"online_url": "javascript:alert(1)"}, "online_url"),
    ],
)
def test_a_wrong_field_is_named_and_nothing_typed_is_lost(client, event, organizer, wrong, field):
    response = client.post(
        reverse("events:event-create", args=[event.chapter.slug]),
        typed(summary_en="One evening of proofs", **wrong),
    )

    assert response.status_code == 200
    assert set(response.context["form"].errors) == {field}
    assert "One evening of proofs" in response.text
    assert Event.objects.count() == 1


def test_a_picture_is_kept_while_the_form_is_mended(client, event, organizer):
    url = reverse("events:event-create", args=[event.chapter.slug])
    failed = client.post(url, typed(end_at="", picture=picture()))
    (kept,) = re.findall(r'name="kept_cover" value="([^"]+)"', failed.text)

    client.post(url, typed(kept_cover=kept))

    made = Event.objects.get(slug="zero-knowledge-night")
    with made.cover.open() as file, Image.open(file) as image:
        assert (image.format, image.size) == ("JPEG", (40, 30))


def test_a_kept_picture_cannot_be_made_up(client, event, organizer):
    client.post(
        reverse("events:event-create", args=[event.chapter.slug]),
        typed(kept_cover="covers/of-somebody-else.jpg"),
    )

    assert not Event.objects.get(slug="zero-knowledge-night").cover


def test_a_file_that_is_no_picture_is_refused_at_its_field(client, event, organizer):
    response = client.post(
        reverse("events:event-create", args=[event.chapter.slug]),
        typed(picture=SimpleUploadedFile("cover.jpg", b"GIF89a?", "image/jpeg")),
    )

    assert set(response.context["form"].errors) == {"picture"}


def test_a_picture_can_be_removed(client, organizer, event):
    Event.objects.filter(pk=event.pk).update(cover="covers/a.jpg")

    client.post(edit(event), typed(version=0, remove_cover="on"))

    event.refresh_from_db()
    assert event.cover.name == ""


def edit(event) -> str:
    return reverse("events:event-edit", args=[event.slug])


def test_edit_shows_the_times_of_the_events_zone(client, event, organizer):
    assert 'value="2036-05-10T14:00"' in client.get(edit(event)).text


def test_edit_saves_and_says_so(client, event, organizer):
    response = client.post(edit(event), typed(version=0), follow=True)

    event.refresh_from_db()
    assert (event.title_en, event.version, event.cover.name) == ("Zero Knowledge Night", 1, "")
    assert "Saved." in response.text


def test_saving_a_page_as_it_was_changes_nothing(client, event, organizer):
    event.description_en = "One line\n\nand another"
    event.save()
    form = client.get(edit(event)).context["form"]
    shown = {name: form[name].value() or "" for name in form._meta.fields if name in form.fields}
    shown |= {"start_at": "2036-05-10T14:00", "end_at": "2036-05-10T17:00", "version": 0}
    shown["description_en"] = shown["description_en"].replace("\n", "\r\n")  # as browsers do

    client.post(edit(event), shown)

    assert not LogEntry.objects.exists()
    assert Event.objects.get(pk=event.pk).version == 0


def test_the_address_of_a_published_page_stays(client, event, organizer):
    client.post(edit(event), typed(version=0, slug="elsewhere"))

    assert Event.objects.filter(slug=event.slug).exists()


def test_the_address_of_a_draft_may_change(client, organizer, event):
    draft = EventFactory(chapter=event.chapter, draft=True)

    response = client.post(edit(draft), typed(version=0, slug="better"))

    assert response.url == "/events/better/edit/"


def test_a_conflict_shows_both_and_saves_on_the_second_try(client, event, organizer):
    ming = UserFactory(name="Ming")
    services.update_event(event=event, by=ming, version=0, title_en="Of Ming")

    response = client.post(edit(event), typed(version=0, title_en="Of mine"))

    assert "Ming saved this event while you were editing it." in response.text
    titles = [row for row in response.context["differences"] if row["theirs"] == "Of Ming"]
    assert [row["yours"] for row in titles] == ["Of mine"]
    assert Event.objects.get(pk=event.pk).title_en == "Of Ming"
    assert 'name="version" value="1"' in response.text

    client.post(edit(event), typed(version=1, title_en="Of mine"))
    assert Event.objects.get(pk=event.pk).title_en == "Of mine"


def test_a_canceled_event_is_not_edited(client, event, organizer):
    services.cancel_event(event=event, by=organizer, reason="")

    response = client.post(edit(event), typed(version=0))

    assert "Duplicate it to hold it again" in response.text
    assert Event.objects.get(pk=event.pk).version == 0


def test_preview_of_a_description_saves_nothing(client, event, organizer):
    response = client.post(edit(event), typed(version=0, preview="1"))

    assert "<h2>Hello</h2>" in response.text
    assert Event.objects.get(pk=event.pk).version == 0


def test_markdown_preview_renders_the_named_field_and_no_script(client):
    client.force_login(UserFactory())

    response = client.post(
        reverse("events:markdown-preview") + "?field=description_en",
        {"description_en": "*Hi* <script>alert(1)</script>", "other": "no"},
    )

    assert "<em>Hi</em>" in response.text
    assert "<script" not in response.text


def test_publish_lists_what_is_missing_and_publishes_nothing(client, event, organizer):
    draft = EventFactory(chapter=event.chapter, draft=True, venue=None)
    url = reverse("events:event-publish", args=[draft.slug])

    assert "It has no venue." in client.get(url).text
    client.post(url)

    assert Event.objects.get(pk=draft.pk).status == EventStatus.DRAFT


def test_publish_after_confirming(client, event, organizer):
    draft = EventFactory(chapter=event.chapter, draft=True)
    url = reverse("events:event-publish", args=[draft.slug])

    assert client.get(url).status_code == 200
    assert Event.objects.get(pk=draft.pk).status == EventStatus.DRAFT
    assert client.post(url).url == draft.get_absolute_url()
    assert Event.objects.get(pk=draft.pk).status == EventStatus.PUBLISHED


def test_log_tells_it_in_sentences(client, event, organizer):
    organizer.name = "Lin"
    organizer.save()
    services.update_event(
        event=event, by=organizer, version=0, title_en="Proofs", start_at=START + timedelta(hours=1)
    )

    response = client.get(reverse("events:event-log", args=[event.slug]))

    assert "<strong>Lin</strong> changed the event" in response.text
    assert "Title in English" in response.text
    assert "10 May 2036, 14:00" in response.text
    assert "10 May 2036, 15:00" in response.text


def test_log_of_an_unknown_deed_still_shows(client, event, organizer):
    LogEntry.objects.create(
        event=event, action="moon_painted", target="blue", changes={"x": ["", "y"]}
    )

    response = client.get(reverse("events:event-log", args=[event.slug]))

    assert "moon painted blue" in response.text


@pytest.mark.parametrize("count", [1, 3])
def test_log_costs_the_same_however_long(
    client, event, organizer, count, django_assert_num_queries
):
    for _ in range(count):
        LogEntry.objects.create(event=event, by=UserFactory(), action="event_changed")

    with django_assert_num_queries(5):  # session, person, event, number of lines, lines
        client.get(reverse("events:event-log", args=[event.slug]))
