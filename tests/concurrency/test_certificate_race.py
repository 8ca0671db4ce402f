"""The clock, the learner's page and a new rule find the same certificate due at one moment."""

from threading import Barrier

import pytest
from django.db import IntegrityError

from courses import certificates as rules
from courses.models import Certificate, CertificateRule, EnrollmentQuerySet
from courses.services import certificates
from tests.concurrency.threads import at_once
from tests.courses.world import complete, enroll, lesson_of, published_course

pytestmark = pytest.mark.django_db(transaction=True)

LOOKS = 8


@pytest.fixture
def course():
    course = published_course(1)
    learner = enroll(course).user
    complete(learner, lesson_of(course, 1))
    CertificateRule.objects.create(course=course, number=1)
    return course


def test_one_certificate_is_given_whoever_looks_first(course):
    results = at_once(LOOKS, lambda _number: certificates.issue_due(course=course))

    assert sorted(len(made) for made in results) == [0] * (LOOKS - 1) + [1]
    assert Certificate.objects.count() == 1


def test_control_without_the_lock_several_try_and_only_the_constraint_is_left(course, monkeypatch):
    monkeypatch.setattr(EnrollmentQuerySet, "select_for_update", lambda self, **_options: self)
    everybody_looked, frozen = Barrier(LOOKS, timeout=30), rules.frozen

    def freeze(*args, **fields):
        everybody_looked.wait()
        return frozen(*args, **fields)

    monkeypatch.setattr(rules, "frozen", freeze)

    results = at_once(LOOKS, lambda _number: certificates.issue_due(course=course))

    assert sum(isinstance(result, IntegrityError) for result in results) == LOOKS - 1
    assert Certificate.objects.count() == 1
