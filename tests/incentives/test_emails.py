import pytest

from incentives import jobs
from incentives.models import Contribution, Size
from incentives.services.reviews import accept, ask, reject
from tests.factories.accounts import UserFactory
from tests.factories.incentives import ContributionFactory, OfficerFactory, PointsTableFactory

pytestmark = pytest.mark.django_db


def told(mailoutbox) -> list[tuple[str, str]]:
    return [(mail.to[0], mail.subject) for mail in mailoutbox]


def test_every_author_hears_the_decision_in_their_language(
    mailoutbox, django_capture_on_commit_callbacks
):
    PointsTableFactory()
    first, second = UserFactory(language="en"), UserFactory(language="zh-hans")
    work = ContributionFactory(title="Rollups", shares=[(first, 7000), (second, 3000)])

    with django_capture_on_commit_callbacks(execute=True):
        accept(contribution=work, by=OfficerFactory().user, size=Size.SMALL, text="Fine.")

    assert told(mailoutbox) == [
        (first.email, "Accepted: “Rollups”"),
        (second.email, "已通过：“Rollups”"),
    ]
    assert "It brings you 7 points." in mailoutbox[0].body
    assert "Fine." in mailoutbox[0].body
    assert f"/contributions/{work.public_id}/" in mailoutbox[0].body


def test_a_lost_mail_is_late_and_comes_once(mailoutbox):
    work = ContributionFactory(created_by__language="en", title="Rollups")
    reject(contribution=work, by=OfficerFactory().user, text="The link is dead.")
    jobs.tell_authors()
    assert told(mailoutbox) == []  # the task may still be on its way
    Contribution.objects.update(news_at="2026-01-01T00:00Z")

    for _twice in range(2):
        jobs.tell_authors()

    assert told(mailoutbox) == [(work.created_by.email, "Not accepted: “Rollups”")]
    assert "The link is dead." in mailoutbox[0].body


def test_a_question_after_a_decision_is_news_again(mailoutbox, django_capture_on_commit_callbacks):
    work = ContributionFactory(created_by__language="en", title="Rollups")

    with django_capture_on_commit_callbacks(execute=True):
        ask(contribution=work, by=OfficerFactory().user, text="Which part is yours?")
    with django_capture_on_commit_callbacks(execute=True):
        reject(contribution=work, by=OfficerFactory().user, text="No answer.")

    assert [subject for _to, subject in told(mailoutbox)] == [
        "A question about “Rollups”",
        "Not accepted: “Rollups”",
    ]


def test_the_first_word_about_a_large_one_is_no_news(
    mailoutbox, django_capture_on_commit_callbacks
):
    PointsTableFactory()
    work = ContributionFactory(size_asked=Size.LARGE)

    with django_capture_on_commit_callbacks(execute=True):
        accept(contribution=work, by=OfficerFactory().user, size=Size.LARGE)

    assert mailoutbox == []
