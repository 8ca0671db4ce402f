from datetime import UTC, datetime, timedelta

import pytest
from allauth.account.models import EmailAddress

from courses.services.questions import accept as accept_answer, ask, reply
from incentives.models import Contribution, ContributionStatus, Kind, Size
from incentives.services.contributions import submit, withdraw
from incentives.services.proposals import propose
from tests.factories.accounts import UserFactory
from tests.factories.courses import LessonFactory
from tests.factories.events import EventFactory, SpeakerFactory, TalkFactory
from tests.factories.incentives import ContributionFactory, HelperShiftFactory

pytestmark = pytest.mark.django_db
NOW = datetime(2020, 6, 15, tzinfo=UTC)  # after the event of the 10th of May


@pytest.fixture
def event():
    return EventFactory(past=True)


def proven_user(**fields):
    user = UserFactory(**fields)
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    return user


def talk_of(event, *emails, **fields):
    talk = TalkFactory(event=event, **fields)
    talk.speakers.set(SpeakerFactory(event=event, email=email) for email in emails)
    return talk


def test_a_talk_that_was_held_is_proposed_to_its_speakers(event):
    first, second = proven_user(), proven_user()
    talk = talk_of(event, first.email.upper(), second.email, "")

    assert propose(NOW) == 1

    draft = Contribution.objects.get()
    assert (draft.status, draft.kind, draft.event) == ("draft", Kind.TALK, event)
    assert (draft.title, draft.size_asked) == (str(talk), Size.MEDIUM)
    assert (draft.points, draft.decisions.count()) == (None, 0)
    assert {share.user: share.weight for share in draft.shares.all()} == {first: 5000, second: 5000}


def test_what_was_proposed_is_not_proposed_again(event):
    speaker = proven_user()
    talk_of(event, speaker.email)
    propose(NOW)

    withdraw(contribution=Contribution.objects.get(), by=speaker)

    assert propose(NOW) == 0


@pytest.mark.parametrize("days", [-30, 90])
def test_only_what_was_held_lately_is_proposed(event, days):
    talk_of(event, proven_user().email)

    assert propose(event.end_at + timedelta(days=days)) == 0


def test_an_address_that_nobody_has_proven_proposes_nothing(event):
    talk_of(event, UserFactory().email)
    talk_of(EventFactory(past=True, draft=True), proven_user().email)

    assert propose(NOW) == 0


def test_who_handed_the_talk_in_is_not_asked_again(event):
    speaker = proven_user()
    talk_of(event, speaker.email)
    ContributionFactory(kind=Kind.TALK, event=event, created_by=speaker)

    assert propose(NOW) == 0


def test_hours_of_help_are_proposed(event):
    shift = HelperShiftFactory(event=event, user__language="zh-hans")
    HelperShiftFactory(event=event, end_at=event.start_at + timedelta(minutes=30))

    assert propose(NOW) == 1

    draft = Contribution.objects.get()
    assert (draft.kind, draft.created_by, draft.size_asked) == ("venue_help", shift.user, "M")
    assert draft.title == f"协助“{event.title_zh_hans}”"
    work = submit(
        by=shift.user, draft=draft, kind=draft.kind, size_asked="S", done_on=draft.done_on
    )
    assert work.status == ContributionStatus.SUBMITTED


def test_accepted_answers_of_a_month_are_proposed_at_once():
    learner, helper = UserFactory(), UserFactory()
    lesson = LessonFactory()
    for title in ("Why?", "How?"):
        question = ask(lesson=lesson, user=learner, title=title, text="Tell me.")
        accept_answer(reply=reply(question=question, user=helper, text="So."), accepted=True)
    own = ask(lesson=lesson, user=learner, title="Mine", text="I know.")
    accept_answer(reply=reply(question=own, user=learner, text="So."), accepted=True)
    accepted_at = own.created_at

    assert propose(accepted_at) == 0  # the month is not over
    assert propose(accepted_at + timedelta(days=31)) == 1
    draft = Contribution.objects.get()
    assert (draft.kind, draft.created_by, draft.size_asked) == ("answers", helper, "S")
    assert draft.title.startswith("2 accepted answers in")
