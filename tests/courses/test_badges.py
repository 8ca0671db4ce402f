"""Open Badges, verified by openbadgeslib: a library that shares no code with ours."""

import json
from urllib.parse import urlsplit

import pytest
from django.test import Client
from django.urls import reverse
from openbadgeslib.ob3 import OB3VerificationError, OB3Verifier

from courses.badges import LIST_SIZE, issuer_did, place_of
from courses.models import BadgeKey
from courses.services import certificates
from courses.services.badge_keys import load_signer
from tests.factories.accounts import UserFactory
from tests.factories.courses import CertificateFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _as_in_production(settings):
    settings.SITE_URL = "https://learn.example.org"
    settings.ALLOWED_HOSTS = ["testserver"]


@pytest.fixture
def certificate():
    return CertificateFactory(name="林薇", language="zh-hans", course__title_zh_hans="零知识证明")


def fetch(url):
    """What the world gets from our address."""
    parts = urlsplit(url)
    assert (parts.scheme, parts.netloc) == ("https", "learn.example.org")
    answer = Client().get(parts.path, secure=True)
    assert answer.status_code == 200
    return answer.content


def badge_of(certificate):
    client = Client()
    client.force_login(certificate.user)
    address = reverse("courses:certificate-badge", args=[certificate.label])
    return client.get(address).content.decode()


def verify(token, certificate, **options):
    verifier = OB3Verifier.for_issuer_did(issuer_did(certificate.course.chapter), download=fetch)
    return verifier.verify(token, check_status=True, download=fetch, **options)


def test_a_credential_is_verified_by_an_independent_library(certificate):
    read = verify(badge_of(certificate), certificate)

    assert read.issuer.id == f"did:web:learn.example.org:chapters:{certificate.course.chapter.slug}"
    assert read.id == f"https://learn.example.org/verify/{certificate.label}/"
    assert read.achievement.achievement_type == "Certificate"
    assert [each.identity_hash for each in read.identifiers if not each.hashed] == ["林薇"]
    assert certificate.user.email not in json.dumps(read.to_vc())


def test_it_is_the_same_each_time(certificate):
    assert badge_of(certificate) == badge_of(certificate)
    assert BadgeKey.objects.count() == 1


@pytest.mark.parametrize("part", [0, 1, 2])
def test_a_changed_one_is_refused(certificate, part):
    parts = badge_of(certificate).split(".")
    parts[part] = parts[part][:-6] + ("A" if parts[part][-6] != "A" else "B") + parts[part][-5:]

    with pytest.raises(OB3VerificationError):
        verify(".".join(parts), certificate)


def test_another_chapter_s_key_does_not_vouch_for_it(certificate):
    other = CertificateFactory()
    badge_of(other)

    with pytest.raises(OB3VerificationError):
        verify(badge_of(certificate), other)


def test_a_revoked_one_is_told_by_the_signed_list_and_so_is_its_return(certificate):
    token, staff = badge_of(certificate), UserFactory()
    certificates.revoke(certificate=certificate, by=staff, reason="By mistake.")
    with pytest.raises(OB3VerificationError, match="'revocation' is set"):
        verify(token, certificate)

    certificates.reinstate(certificate=certificate, by=staff)

    assert verify(token, certificate).name == read_name(certificate)


def read_name(certificate):
    return certificate.facts["course"]["zh-hans"]


def test_a_list_knows_only_its_chapter_s_own(certificate):
    other = CertificateFactory()
    badge_of(certificate)
    certificates.revoke(certificate=other, by=UserFactory(), reason="Wrong.")

    assert verify(badge_of(certificate), certificate).id.endswith(f"{certificate.label}/")


def test_every_certificate_has_a_place_of_its_own():
    places = [place_of(pk) for pk in (1, LIST_SIZE - 1, LIST_SIZE, LIST_SIZE + 1)]

    assert places == [(0, 1), (0, LIST_SIZE - 1), (1, 0), (1, 1)]


def test_only_the_holder_takes_the_badge_away_and_a_revoked_one_nobody(certificate):
    address = reverse("courses:certificate-badge", args=[certificate.label])
    stranger = Client()
    stranger.force_login(UserFactory())
    assert stranger.get(address).status_code == 404
    certificates.revoke(certificate=certificate, by=UserFactory(), reason="Wrong.")
    holder = Client()
    holder.force_login(certificate.user)

    assert holder.get(address).status_code == 404


def test_a_chapter_that_signed_nothing_has_no_document(certificate):
    slug = certificate.course.chapter.slug

    for name, args in (("badge-issuer", [slug]), ("badge-status", [slug, 0])):
        assert Client().get(reverse(f"courses:{name}", args=args)).status_code == 404


def test_the_private_key_lies_encrypted(certificate):
    raw = load_signer(chapter=certificate.course.chapter).private_key.private_bytes_raw()

    assert raw not in bytes(BadgeKey.objects.get().private_key)
