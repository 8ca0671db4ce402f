from datetime import UTC, date, datetime, timedelta

import factory
from django.utils import timezone
from factory.django import DjangoModelFactory

from core.money import allocate
from incentives.models import (
    CategoryBudget,
    Contribution,
    ContributionShare,
    ContributionStatus,
    HelperShift,
    Kind,
    Officer,
    OfficerRole,
    PassGround,
    PassPolicy,
    PassScope,
    PointsRow,
    PointsTable,
    PublicName,
    Size,
)
from tests.factories.accounts import UserFactory
from tests.factories.events import EventFactory
from ticketing.models import PassCovers

POINTS = {Size.SMALL: 10, Size.MEDIUM: 30, Size.LARGE: 100}


class OfficerFactory(DjangoModelFactory):
    user = factory.SubFactory(UserFactory)
    role = OfficerRole.REVIEWER

    class Meta:
        model = Officer


class PublicNameFactory(DjangoModelFactory):
    user = factory.SubFactory(UserFactory)
    pseudonym = factory.Sequence(lambda n: f"Bamboo {n}")

    class Meta:
        model = PublicName


class PointsTableFactory(DjangoModelFactory):
    """Published: 10, 30, 100 points for S, M, L of every kind; each kind may use 1500 basis
    points, so 1000 are left. `draft=True` for one that is still written."""

    version = factory.Sequence(lambda n: n + 1)

    class Meta:
        model = PointsTable
        skip_postgeneration_save = True

    @factory.post_generation
    def draft(self, create: bool, extracted: bool | None, **kwargs) -> None:
        PointsRow.objects.bulk_create(
            PointsRow(table=self, kind=kind, size=size, points=points)
            for kind in Kind
            for size, points in POINTS.items()
        )
        CategoryBudget.objects.bulk_create(
            CategoryBudget(table=self, kind=kind, bps=1500) for kind in Kind
        )
        if not extracted:
            self.published_at = timezone.now()
            self.save(update_fields=["published_at"])


class ContributionFactory(DjangoModelFactory):
    """An article in review, all of its author `created_by`; `accepted=True` for one that is worth
    `points` by a table of its own or the `table` given. `shares=[(user, weight), …]` for others;
    `draft=True` for what the system proposes."""

    class Meta:
        model = Contribution
        skip_postgeneration_save = True

    class Params:
        accepted = factory.Trait(
            status=ContributionStatus.ACCEPTED,
            size=factory.SelfAttribute("size_asked"),
            points=factory.LazyAttribute(lambda made: POINTS[made.size]),
            table=factory.SubFactory(PointsTableFactory),
            decided_at=factory.LazyFunction(timezone.now),
        )
        draft = factory.Trait(
            status=ContributionStatus.DRAFT,
            submitted_at=None,
            source=factory.Sequence(lambda n: f"talk:{n}"),
        )

    kind = Kind.ARTICLE
    title = factory.Sequence(lambda n: f"What a rollup is, part {n}")
    evidence_url = "https://example.com/article"
    done_on = date(2026, 5, 10)
    size_asked = Size.MEDIUM
    created_by = factory.SubFactory(UserFactory)
    submitted_at = factory.LazyFunction(timezone.now)

    @factory.post_generation
    def shares(self, create: bool, extracted: list | None, **kwargs) -> None:
        given = extracted or [(self.created_by, 10_000)]
        points = allocate(self.points or 0, [weight for _user, weight in given])
        for (user, weight), part in zip(given, points, strict=True):
            ContributionShare.objects.create(
                contribution=self, user=user, weight=weight, points=part
            )


class HelperShiftFactory(DjangoModelFactory):
    """Four hours from the start of a past event."""

    event = factory.SubFactory(EventFactory, past=True)
    user = factory.SubFactory(UserFactory)
    start_at = datetime(2020, 5, 10, 6, 0, tzinfo=UTC)
    end_at = factory.LazyAttribute(lambda shift: shift.start_at + timedelta(hours=4))

    class Meta:
        model = HelperShift


class PassPolicyFactory(DjangoModelFactory):
    """In force: a place at its event for each accepted talk since 2020. `for_help=True` for a place
    at any meetup for every eight hours, `for_points=True` for one at any talk for every 30."""

    ground = PassGround.TALK
    scope = PassScope.THAT_EVENT
    covers = PassCovers.BOTH
    since_on = date(2020, 1, 1)

    class Meta:
        model = PassPolicy

    class Params:
        for_help = factory.Trait(
            ground=PassGround.HELPER_HOURS,
            threshold=8,
            scope=PassScope.ANY,
            covers=PassCovers.OFFLINE,
        )
        for_points = factory.Trait(
            ground=PassGround.POINTS,
            threshold=30,
            kind=Kind.TRANSLATION,
            scope=PassScope.ANY,
            covers=PassCovers.ONLINE,
        )
