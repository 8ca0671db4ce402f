from datetime import UTC, datetime, timedelta

import factory
from factory.django import DjangoModelFactory

from courses.models import Announcement, Attendance, AttendanceSource, ClassSession
from tests.factories.accounts import UserFactory
from tests.factories.courses import START, CohortFactory, CourseFactory


class ClassSessionFactory(DjangoModelFactory):
    """An online class of 90 minutes in ten years; `held=True` for one that is over."""

    class Meta:
        model = ClassSession

    class Params:
        held = factory.Trait(starts_at=datetime(2024, 3, 4, 11, 0, tzinfo=UTC))

    cohort = factory.SubFactory(CohortFactory, dated=True)
    title_zh_hans = factory.Sequence(lambda n: f"第{n}课")
    title_en = factory.Sequence(lambda n: f"Class {n}")
    starts_at = START
    ends_at = factory.LazyAttribute(lambda session: session.starts_at + timedelta(minutes=90))
    time_zone = "Asia/Shanghai"
    join_url = "https://meet.example.com/room"


class AttendanceFactory(DjangoModelFactory):
    class Meta:
        model = Attendance

    session = factory.SubFactory(ClassSessionFactory)
    user = factory.SubFactory(UserFactory)
    source = AttendanceSource.HAND


class AnnouncementFactory(DjangoModelFactory):
    """To all learners of its course."""

    class Meta:
        model = Announcement

    course = factory.SubFactory(CourseFactory)
    title_zh_hans = "下周停课"
    title_en = "No class next week"
    body_zh_hans = "好好休息。"
    body_en = "Rest well."
