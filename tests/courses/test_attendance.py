from datetime import UTC, datetime

import pytest
from django.db import IntegrityError, transaction

from courses.models import AttendanceSource
from courses.queries.attendance import attended_counts, held_sessions
from tests.factories.accounts import UserFactory
from tests.factories.classes import AttendanceFactory, ClassSessionFactory
from tests.factories.courses import CohortFactory

pytestmark = pytest.mark.django_db

NOW = datetime(2030, 1, 1, tzinfo=UTC)


def test_several_sources_count_one_class_once():
    session, user = ClassSessionFactory(held=True), UserFactory()
    for source in AttendanceSource:
        AttendanceFactory(session=session, user=user, source=source)

    assert attended_counts(session.cohort, NOW) == {user.pk: 1}


def test_only_classes_that_were_held_and_count_are_counted():
    cohort, user = CohortFactory(dated=True), UserFactory()
    held = ClassSessionFactory(cohort=cohort, held=True)
    others = [
        ClassSessionFactory(cohort=cohort),
        ClassSessionFactory(cohort=cohort, held=True, is_counted=False),
        ClassSessionFactory(cohort=cohort, held=True, canceled_at=NOW),
        ClassSessionFactory(held=True),
    ]
    for session in [held, *others]:
        AttendanceFactory(session=session, user=user)

    assert list(held_sessions(cohort, NOW)) == [held]
    assert attended_counts(cohort, NOW) == {user.pk: 1}


def test_the_database_keeps_one_standing_row_of_a_source():
    row = AttendanceFactory()

    with pytest.raises(IntegrityError), transaction.atomic():
        AttendanceFactory(session=row.session, user=row.user)
    row.withdrawn_at = NOW
    row.save()
    AttendanceFactory(session=row.session, user=row.user)

    assert row.session.attendance.count() == 2


def test_what_was_withdrawn_counts_no_more():
    row = AttendanceFactory(session=ClassSessionFactory(held=True), withdrawn_at=NOW)

    assert attended_counts(row.session.cohort, NOW) == {}
