"""PostgreSQL alone: SQLite knows no deferred triggers."""

import pytest
from django.db import DatabaseError, connection, transaction

from tests.factories.incentives import ContributionFactory

pytestmark = pytest.mark.django_db


def test_the_points_of_the_shares_are_those_of_the_work():
    work = ContributionFactory(accepted=True)

    def change() -> None:
        work.shares.update(points=1)
        connection.check_constraints()

    with pytest.raises(DatabaseError, match="are not those of its shares"), transaction.atomic():
        change()
    work.shares.update(points=work.points)
