"""Rules that give passes: to whom, once, and what their editor shows before."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.core import mail
from django.db import IntegrityError
from django.urls import reverse
from django.utils import timezone

from incentives import jobs
from incentives.errors import PolicyRetired
from incentives.models import Kind, PassPolicy
from incentives.queries.policies import due
from incentives.services.policies import give_due, publish_policy, retire_policy
from tests.factories.accounts import UserFactory
from tests.factories.events import EventFactory
from tests.factories.incentives import (
    ContributionFactory,
    HelperShiftFactory,
    PassPolicyFactory,
)
from ticketing.models import FreePass, PassCovers

pytestmark = pytest.mark.django_db
ENGLISH = {"accept-language": "en"}


@pytest.fixture
def event():
    return EventFactory(title_en="Rollups")


def talk(event, **fields):
    return ContributionFactory(kind=Kind.TALK, event=event, accepted=True, title="Proofs", **fields)


def test_an_accepted_talk_gives_each_of_its_authors_a_place_at_that_event(
    event, django_capture_on_commit_callbacks
):
    authors = [UserFactory(language="en"), UserFactory(language="en")]
    talk(event, shares=[(author, 5000) for author in authors])
    PassPolicyFactory(per_event_limit=9)

    with django_capture_on_commit_callbacks(execute=True):
        assert jobs.give_passes() == 2
    assert jobs.give_passes() == 0

    first, second = FreePass.objects.order_by("pk")
    assert [first.user, second.user] == authors
    assert (first.event, first.uses, first.valid_until) == (event, 1, event.end_at)
    assert (first.reason, first.per_event_limit) == ("Your talk “Proofs”", 9)
    assert sorted(message.to[0] for message in mail.outbox) == sorted(a.email for a in authors)


@pytest.mark.parametrize(
    "fields",
    [
        {"accepted": False},
        {"kind": Kind.ARTICLE},
        {"done_on": date(2019, 12, 31)},
        {"event": None},
    ],
)
def test_what_is_not_an_accepted_talk_of_these_days_gives_nothing(event, fields):
    fields = {"kind": Kind.TALK, "event": event, "accepted": True, **fields}
    ContributionFactory(**fields)
    PassPolicyFactory()

    assert jobs.give_passes() == 0


def test_a_talk_at_an_event_that_is_over_or_off_gives_nothing():
    talk(EventFactory(past=True))
    talk(EventFactory(draft=True))

    assert due(PassPolicyFactory(), timezone.now()) == []


def test_a_pass_for_every_eight_hours_of_help(event):
    helper = UserFactory(language="en")
    policy = PassPolicyFactory(for_help=True)
    first = datetime(2020, 5, 10, 6, 0, tzinfo=UTC)
    HelperShiftFactory(user=helper, start_at=first, end_at=first + timedelta(hours=7, minutes=59))
    assert give_due(policy, timezone.now()) == 0

    HelperShiftFactory(user=helper, start_at=first, end_at=first + timedelta(hours=8, minutes=1))

    assert give_due(policy, timezone.now()) == 2
    assert [one.reason for one in FreePass.objects.order_by("pk")] == [
        "8 hours of help",
        "16 hours of help",
    ]
    assert {one.covers for one in FreePass.objects.all()} == {PassCovers.OFFLINE}


def test_points_of_the_named_work_count_and_no_others():
    author = UserFactory(language="en")
    ContributionFactory(kind=Kind.TRANSLATION, accepted=True, created_by=author)
    ContributionFactory(kind=Kind.CODE, accepted=True, created_by=author)
    moment = timezone.now()

    assert give_due(PassPolicyFactory(for_points=True), moment) == 1

    made = FreePass.objects.get()
    assert made.reason == "Translation: 30 points"
    assert made.valid_until == moment + timedelta(days=365)


def test_a_new_version_gives_nobody_again_what_the_old_one_gave(event):
    talk(event)
    old, by, moment = PassPolicyFactory(), UserFactory(), timezone.now()
    give_due(old, moment)
    fields = {"ground": "talk", "scope": "any", "covers": "both", "since_on": old.since_on}

    new = publish_policy(by=by, at=moment, replaces=old, **fields)

    assert (new.lineage, new.version) == (old.lineage, 2)
    assert jobs.give_passes() == 0
    with pytest.raises(PolicyRetired):
        publish_policy(by=by, at=moment, replaces=old, **fields)
    with pytest.raises(PolicyRetired):
        retire_policy(policy=old, by=by, at=moment)
    assert PassPolicy.objects.in_force().count() == 1


def test_a_rule_that_ended_gives_nothing_more(event):
    policy = PassPolicyFactory()
    retire_policy(policy=policy, by=UserFactory(), at=timezone.now())
    talk(event)

    assert jobs.give_passes() == 0


def test_only_a_talk_has_an_event_of_its_own():
    with pytest.raises(IntegrityError):
        PassPolicyFactory(for_help=True, scope="that_event")


# The pages


@pytest.fixture
def admin(client):
    person = UserFactory(is_superuser=True, is_staff=True)
    client.force_login(person)
    return person


def typed(**changes):
    return {
        "ground": "talk",
        "scope": "that_event",
        "since_on": "2020-01-01",
        "threshold": "1",
        "covers": "both",
        "uses": "1",
        "valid_days": "365",
        **changes,
    }


def text(response):
    return " ".join(response.content.decode().split())


def test_the_editor_shows_whom_a_rule_would_give_passes_before_it_does(client, admin, event):
    author = UserFactory(name="Ada Example")
    talk(event, created_by=author)
    url = reverse("incentives:policy-create")

    preview = client.post(url, typed(), headers=ENGLISH)

    assert "1 pass at once" in text(preview)
    assert "Ada Example" in text(preview)
    assert not PassPolicy.objects.exists()
    assert client.post(url, typed(publish="1"), headers=ENGLISH).status_code == 302
    made = PassPolicy.objects.get()
    assert (made.created_by, made.version, made.threshold) == (admin, 1, 1)


def test_the_preview_of_a_replacement_leaves_out_what_was_given(client, admin, event):
    talk(event)
    policy = PassPolicyFactory()
    give_due(policy, timezone.now())
    url = reverse("incentives:policy-edit", args=[policy.lineage])

    assert "Nothing yet." in text(client.post(url, typed(), headers=ENGLISH))


def test_hours_have_no_event_of_a_talk(client, admin):
    page = client.post(
        reverse("incentives:policy-create"), typed(ground="helper_hours"), headers=ENGLISH
    )

    assert "Only a talk has an event of its own." in text(page)


def test_a_rule_is_ended_by_a_button(client, admin):
    policy = PassPolicyFactory()

    client.post(reverse("incentives:policy-retire", args=[policy.lineage]), headers=ENGLISH)

    policy.refresh_from_db()
    assert policy.retired_by == admin


@pytest.mark.parametrize("rows", [1, 3])
def test_anybody_reads_the_rules(client, rows, django_assert_num_queries):
    for _n in range(rows):
        PassPolicyFactory(for_help=True)
        PassPolicyFactory(for_points=True, retired_at=timezone.now())

    with django_assert_num_queries(3):
        page = client.get(reverse("incentives:policy-list"), headers=ENGLISH)

    assert text(page).count("Every 8 hours of help at events") == rows
    assert text(page).count("Every 30 points for this work: Translation") == rows
    assert "New rule" not in text(page)
