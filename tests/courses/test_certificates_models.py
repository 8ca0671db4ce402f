import pytest
from django.db import DatabaseError, IntegrityError, transaction
from django.utils import timezone

from courses.models import Certificate, CertificateRule
from tests.factories.courses import CertificateFactory, CertificateRuleFactory

pytestmark = pytest.mark.django_db


def refused(write) -> bool:
    try:
        with transaction.atomic():
            write()
    except DatabaseError:
        return True
    return False


def test_a_published_rule_stays():
    rule = CertificateRuleFactory()
    rules = CertificateRule.objects.filter(pk=rule.pk)

    assert refused(lambda: rules.update(lessons_percent=1))
    assert refused(rules.delete)


def test_what_a_certificate_says_stays():
    certificates = Certificate.objects.filter(pk=CertificateFactory().pk)

    for field, value in {"number": "A" * 16, "facts": {}, "language": "zh-hans"}.items():
        assert refused(lambda field=field, value=value: certificates.update(**{field: value}))
    assert refused(certificates.delete)


def test_a_person_has_one_valid_certificate_of_a_run():
    first = CertificateFactory()
    again = {"rule": first.rule, "cohort": first.cohort, "user": first.user}

    with pytest.raises(IntegrityError), transaction.atomic():
        CertificateFactory(**again)
    first.revoked_at, first.revoked_reason = timezone.now(), "Given by mistake."
    first.save(update_fields=["revoked_at", "revoked_reason"])

    assert CertificateFactory(**again).is_valid


def test_a_rule_asks_for_something():
    with pytest.raises(IntegrityError):
        CertificateRuleFactory(lessons_percent=0)
