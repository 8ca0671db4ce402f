from datetime import timedelta

import pytest
from django.core.files.base import ContentFile
from django.utils import timezone

from incentives.errors import (
    DecidedBefore,
    EvidenceRefused,
    NoEvidence,
    NoPointsTable,
    NotAReviewer,
    NotDoneYet,
    NothingToAppeal,
    NotToWithdraw,
    NotWaiting,
    OwnWork,
    SayWhy,
    SettledAlready,
    SharesDoNotFit,
    TooManyWaiting,
)
from incentives.models import Contribution, ContributionStatus, Kind, PublicName, Size, Verdict
from incentives.models.periods import Period, SettledShare
from incentives.services import contributions, reviews
from incentives.services.contributions import answer, appeal, submit, withdraw
from incentives.services.reviews import accept, ask, reject, revoke
from tests.factories.accounts import UserFactory
from tests.factories.events import EventFactory
from tests.factories.incentives import ContributionFactory, OfficerFactory, PointsTableFactory

pytestmark = pytest.mark.django_db
FACTS = {
    "kind": Kind.ARTICLE,
    "title": "What a rollup is",
    "evidence_url": "https://example.com/rollup",
    "size_asked": Size.MEDIUM,
}


def facts(**others):
    return FACTS | {"done_on": timezone.now().date()} | others


def reviewer():
    return OfficerFactory().user


def verdicts(work) -> list[str]:
    return list(work.decisions.values_list("verdict", flat=True))


def test_work_is_handed_in_with_its_shares():
    author, friend = UserFactory(), UserFactory()

    work = submit(by=author, co_authors=[(friend, 2500)], **facts())

    assert work.status == ContributionStatus.SUBMITTED
    shares = [(share.user, share.weight, share.points) for share in work.shares.all()]
    assert shares == [(author, 7500, 0), (friend, 2500, 0)]
    assert PublicName.objects.filter(user__in=[author, friend]).count() == 2


@pytest.mark.parametrize(
    "weights", [[10_000], [0], [6000, 4000], [5000, 6000]], ids=["all", "none", "rest 0", "over"]
)
def test_an_author_keeps_a_share(weights):
    others = [(UserFactory(), weight) for weight in weights]

    with pytest.raises(SharesDoNotFit):
        submit(by=UserFactory(), co_authors=others, **facts())

    assert Contribution.objects.count() == 0


def test_nobody_is_named_twice():
    author, friend = UserFactory(), UserFactory()

    for twice in ([(author, 1000)], [(friend, 1000), (friend, 1000)]):
        with pytest.raises(SharesDoNotFit):
            submit(by=author, co_authors=twice, **facts())


def test_work_needs_evidence():
    with pytest.raises(NoEvidence):
        submit(by=UserFactory(), **facts(evidence_url=""))


def test_a_file_is_evidence():
    file = ContentFile(b"%PDF-1.7 slides", name="slides.pdf")

    work = submit(by=UserFactory(), evidence_file=file, **facts(evidence_url=""))

    assert (work.evidence_name, work.evidence_type) == ("slides.pdf", "application/pdf")
    assert "slides" not in work.evidence_file.name
    with work.evidence_file.open() as kept:
        assert kept.read() == b"%PDF-1.7 slides"


@pytest.mark.parametrize("content", [b"\x00\x01\x02", b"a" * (10 * 1024 * 1024 + 1)])
def test_not_every_file_is_taken(content):
    with pytest.raises(EvidenceRefused):
        submit(by=UserFactory(), evidence_file=ContentFile(content, name="x.pdf"), **facts())


def test_only_a_talk_at_an_event_may_lie_ahead():
    ahead = timezone.now().date() + timedelta(days=9)
    event = EventFactory()

    submit(by=UserFactory(), **facts(kind=Kind.TALK, event=event, done_on=ahead))
    for wrong in ({"kind": Kind.TALK}, {"kind": Kind.VENUE_HELP, "event": event}):
        with pytest.raises(NotDoneYet):
            submit(by=UserFactory(), **facts(done_on=ahead, **wrong))


def test_nobody_floods_the_queue(monkeypatch):
    monkeypatch.setattr(contributions, "MOST_WAITING", 1)
    author = UserFactory()
    submit(by=author, **facts())

    with pytest.raises(TooManyWaiting):
        submit(by=author, **facts())


def test_what_the_system_proposed_is_handed_in_once():
    draft = ContributionFactory(draft=True)

    work = submit(by=draft.created_by, draft=draft, **facts(evidence_url="", title="My talk"))

    assert (work.pk, work.title, work.status) == (draft.pk, "My talk", "submitted")
    assert work.shares.count() == 1
    with pytest.raises(NotWaiting):
        submit(by=draft.created_by, draft=draft, **facts())


def test_a_reviewer_accepts_by_the_table_in_force():
    PointsTableFactory()
    table = PointsTableFactory()
    author, friend = UserFactory(), UserFactory()
    work = ContributionFactory(shares=[(author, 6667), (friend, 3333)])

    done = accept(contribution=work, by=reviewer(), size=Size.SMALL, text="Nice.")

    assert (done.status, done.size, done.points, done.table) == ("accepted", "S", 10, table)
    assert list(done.shares.values_list("points", flat=True)) == [7, 3]
    assert done.decided_at is not None


def test_a_large_work_needs_two_reviewers():
    PointsTableFactory()
    first, second = reviewer(), reviewer()
    work = ContributionFactory(size_asked=Size.LARGE)

    assert accept(contribution=work, by=first, size=Size.LARGE).status == "submitted"
    with pytest.raises(DecidedBefore):
        accept(contribution=work, by=first, size=Size.LARGE)
    done = accept(contribution=work, by=second, size=Size.LARGE)

    assert (done.status, done.points) == ("accepted", 100)


def test_the_second_reviewer_may_find_it_smaller():
    PointsTableFactory()
    work = ContributionFactory(size_asked=Size.LARGE)
    accept(contribution=work, by=reviewer(), size=Size.LARGE)

    done = accept(contribution=work, by=reviewer(), size=Size.MEDIUM)

    assert (done.status, done.size) == ("accepted", "M")


@pytest.mark.parametrize("verb", ["accept", "reject", "ask", "revoke"])
def test_nobody_reviews_their_own_work(verb):
    PointsTableFactory()
    entered_by, holder = reviewer(), reviewer()
    work = ContributionFactory(
        created_by=entered_by, shares=[(holder, 10_000)], accepted=verb == "revoke"
    )
    words = {"size": Size.SMALL} if verb == "accept" else {"text": "well"}

    for own in (entered_by, holder):
        with pytest.raises(OwnWork):
            getattr(reviews, verb)(contribution=work, by=own, **words)

    assert verdicts(work) == []


@pytest.mark.parametrize("verb", ["accept", "reject", "ask", "revoke"])
def test_only_reviewers_review(verb):
    PointsTableFactory()
    work = ContributionFactory(accepted=verb == "revoke")
    words = {"size": Size.SMALL} if verb == "accept" else {"text": "well"}
    treasurer = OfficerFactory(role="treasurer").user

    for other in (UserFactory(is_superuser=True), treasurer):
        with pytest.raises(NotAReviewer):
            getattr(reviews, verb)(contribution=work, by=other, **words)


def test_without_a_table_nothing_is_accepted():
    PointsTableFactory(draft=True)
    work = ContributionFactory()

    with pytest.raises(NoPointsTable):
        accept(contribution=work, by=reviewer(), size=Size.SMALL)

    assert verdicts(work) == []


def test_a_rejection_says_why():
    work, by = ContributionFactory(), reviewer()

    with pytest.raises(SayWhy):
        reject(contribution=work, by=by, text="  ")
    done = reject(contribution=work, by=by, text="The link is dead.")

    assert done.status == ContributionStatus.REJECTED
    assert [word.text for word in work.decisions.all()] == ["The link is dead."]


def test_a_question_is_answered_and_the_work_stays_in_review():
    work = ContributionFactory()

    ask(contribution=work, by=reviewer(), text="Which part is yours?")
    answer(contribution=work, by=work.created_by, text="The second half.")

    work.refresh_from_db()
    assert work.status == ContributionStatus.SUBMITTED
    assert verdicts(work) == [Verdict.QUESTION, Verdict.ANSWER]


def test_an_appeal_is_decided_by_others():
    PointsTableFactory()
    first, second = reviewer(), reviewer()
    work = ContributionFactory()
    reject(contribution=work, by=first, text="Too short.")

    appealed = appeal(contribution=work, by=work.created_by, text="It has three parts.")

    assert (appealed.status, appealed.round, appealed.decided_at) == ("appealed", 1, None)
    with pytest.raises(DecidedBefore):
        accept(contribution=work, by=first, size=Size.SMALL)
    assert accept(contribution=work, by=second, size=Size.SMALL).points == 10
    with pytest.raises(NothingToAppeal):
        appeal(contribution=work, by=work.created_by, text="More!")


def test_a_smaller_size_than_asked_can_be_appealed():
    PointsTableFactory()
    work = ContributionFactory(size_asked=Size.LARGE)
    accept(contribution=work, by=reviewer(), size=Size.SMALL)

    appeal(contribution=work, by=work.created_by, text="It took a month.")

    work.refresh_from_db()
    assert (work.status, work.points, work.size) == ("appealed", None, "")
    assert [share.points for share in work.shares.all()] == [0]
    for by in (reviewer(), reviewer()):
        accept(contribution=work, by=by, size=Size.LARGE)
    work.refresh_from_db()
    assert work.points == 100


def test_what_was_accepted_as_asked_has_nothing_to_appeal():
    PointsTableFactory()
    work = ContributionFactory(size_asked=Size.SMALL)
    accept(contribution=work, by=reviewer(), size=Size.SMALL)

    with pytest.raises(NothingToAppeal):
        appeal(contribution=work, by=work.created_by, text="More!")


def test_an_acceptance_is_taken_back_with_a_reason():
    PointsTableFactory()
    work = ContributionFactory()
    by = reviewer()
    accept(contribution=work, by=by, size=Size.SMALL)

    done = revoke(contribution=work, by=by, text="The talk was not held.")

    assert (done.status, done.points, done.table) == ("rejected", None, None)
    assert [share.points for share in done.shares.all()] == [0]
    with pytest.raises(NotWaiting):
        revoke(contribution=work, by=by, text="Again.")


def test_what_a_period_settles_stays():
    work = ContributionFactory(accepted=True, size="S", size_asked="L")
    period = Period.objects.create(start_on="2026-05-01", end_on="2026-05-31")
    SettledShare.objects.create(period=period, share=work.shares.get())

    with pytest.raises(SettledAlready):
        revoke(contribution=work, by=reviewer(), text="A mistake.")
    with pytest.raises(NothingToAppeal):
        appeal(contribution=work, by=work.created_by, text="It is large.")

    work.refresh_from_db()
    assert (work.status, work.points) == ("accepted", 10)


@pytest.mark.parametrize("state", ["draft", "submitted", "appealed"])
def test_what_nobody_has_decided_can_be_withdrawn(state):
    work = ContributionFactory(status=state)

    for _twice in range(2):
        assert withdraw(contribution=work, by=work.created_by).status == "withdrawn"

    assert verdicts(work) == [Verdict.WITHDRAW]
    with pytest.raises(NotWaiting):
        reject(contribution=work, by=reviewer(), text="Late.")


def test_what_is_accepted_cannot_be_withdrawn():
    work = ContributionFactory(accepted=True)

    with pytest.raises(NotToWithdraw):
        withdraw(contribution=work, by=work.created_by)
