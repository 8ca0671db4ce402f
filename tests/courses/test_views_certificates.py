import io

import pypdfium2
import pytest
import zxingcpp
from django.test import Client
from django.urls import reverse

from courses.models import Certificate, CertificateRule
from courses.pdf import certificate_pdf
from courses.services import certificates, enrolling
from tests.courses.personas import assert_only_writers, client_of
from tests.courses.world import complete, enroll, lesson_of, published_course
from tests.factories.accounts import UserFactory
from tests.factories.courses import CertificateFactory, CertificateRuleFactory

pytestmark = pytest.mark.django_db

RULE = {"is_giving": "on", "lessons_percent": "100", "min_attendance_percent": "0", "note": ""}


@pytest.fixture
def course():
    return published_course(1, title_en="Zero Knowledge", title_zh_hans="零知识证明")


@pytest.fixture
def certificate(course):
    learner = enroll(course, UserFactory(name="林薇")).user
    complete(learner, lesson_of(course, 1))
    CertificateRuleFactory(course=course)
    [made] = certificates.issue_due(course=course)
    return made


def signed_in(user):
    client = Client(headers={"accept-language": "en"})
    client.force_login(user)
    return client


def url(name, *args):
    return reverse(f"courses:{name}", args=args)


def verify(number):
    return Client(headers={"accept-language": "en"}).get(url("certificate-verify", number))


def read(pdf):
    """Text of its page, and what the QR code on its picture says."""
    [page] = pypdfium2.PdfDocument(io.BytesIO(pdf))
    [code] = zxingcpp.read_barcodes(page.render(scale=2).to_pil())
    return page.get_textpage().get_text_bounded(), code.text


def test_the_paper_is_verified_by_its_qr_code(certificate, settings):
    text, code = read(certificate_pdf(certificate))

    page = Client(headers={"accept-language": "en"}).get(code.removeprefix(settings.SITE_URL))

    assert page.status_code == 200
    assert page.context["certificate"] == certificate
    assert [
        word in text for word in ("林薇", "零知识证明", "Zero Knowledge", certificate.label)
    ] == [True] * 4


def test_a_number_is_found_however_it_is_typed(certificate):
    number = certificate.number.lower()
    for typed in (certificate.label, number, f"{number[:4]} {number[4:]}"):
        answer = Client().get(url("certificate-find"), {"number": typed}, follow=True)
        assert answer.context["certificate"] == certificate


@pytest.mark.parametrize(
    "number", ["AAAA-AAAA-AAAA-AAAA", "x", "'; DROP TABLE", "０" * 16, "é" * 16]
)
def test_a_forged_number_is_unknown(certificate, number):
    answer = verify(number)

    assert (answer.status_code, answer.context["certificate"]) == (404, None)


def test_strangers_see_no_more_than_the_holder_shows(certificate):
    assert "林薇" in verify(certificate.number).content.decode()
    mine = signed_in(certificate.user)

    mine.post(url("certificate-name", certificate.course.slug), {"shown": "0"})

    page = verify(certificate.number).content.decode()
    assert ["林薇" in page, certificate.user.email in page, "Zero Knowledge" in page] == [
        False, False, True,
    ]  # fmt: skip
    mine.post(url("certificate-name", certificate.course.slug), {"shown": "1"})
    assert "林薇" in verify(certificate.number).content.decode()


def test_a_revoked_one_says_so_and_neither_whose_nor_why(certificate):
    certificates.revoke(certificate=certificate, by=UserFactory(), reason="Copied work")

    page = verify(certificate.number)

    text = page.content.decode()
    assert (page.status_code, 'data-verdict="revoked"' in text) == (200, True)
    assert ["林薇" in text, "Copied work" in text] == [False, False]


def test_a_replaced_one_says_so_without_the_new_number(certificate):
    made = certificates.reissue(
        certificate=certificate, by=UserFactory(), name="Lin", reason="Name"
    )

    page = verify(certificate.number)

    assert page.context["is_replaced"]
    assert made.label not in page.content.decode()


def test_nobody_tries_numbers_at_will(certificate):
    answers = [verify("AAAA-AAAA-AAAA-AAAA").status_code for _ in range(31)]

    assert (answers[:30], answers[30]) == ([404] * 30, 429)
    elsewhere = Client(REMOTE_ADDR="203.0.113.9").get(certificate.get_absolute_url())
    assert elsewhere.status_code == 200


def test_a_learner_sees_what_is_missing_and_gets_it_when_nothing_is(course):
    CertificateRuleFactory(course=course)
    learner = enroll(course).user
    client = signed_in(learner)
    page = client.get(url("certificate-mine", course.slug))
    assert [part.is_met for part in page.context["parts"]] == [False]
    complete(learner, lesson_of(course, 1))

    page = client.get(url("certificate-mine", course.slug))

    assert page.context["certificate"] == Certificate.objects.get()


def test_a_refund_after_the_certificate_leaves_it_valid_and_its_holder_in(certificate):
    enrolling.end_seat(enrollment=certificate.user.enrollments.get())

    client = signed_in(certificate.user)

    assert client.get(url("certificate-mine", certificate.course.slug)).status_code == 200
    assert client.get(url("certificate-file", certificate.label)).status_code == 200
    assert 'data-verdict="valid"' in verify(certificate.number).content.decode()


def test_only_its_holder_and_staff_take_the_paper_away(certificate):
    address = url("certificate-file", certificate.label)
    another = enroll(certificate.course).user
    assert signed_in(another).get(address).status_code == 404
    assert client_of("stranger", certificate.course).get(address).status_code == 404
    assert client_of("lecturer of it", certificate.course).get(address).status_code == 200
    certificates.revoke(certificate=certificate, by=UserFactory(), reason="Wrong.")
    assert signed_in(certificate.user).get(address).status_code == 404


def test_there_is_no_page_where_nothing_can_be_earned(course):
    learner = signed_in(enroll(course).user)

    assert learner.get(url("certificate-mine", course.slug)).status_code == 404


def test_only_its_writers_look_after_certificates(certificate):
    slug, number = certificate.course.slug, certificate.label
    names = ("manage", "revoke", "reinstate", "reissue")
    assert_only_writers(
        certificate.course,
        [
            url("certificate-list", slug),
            url("certificate-rule", slug),
            *(url(f"certificate-{name}", slug, number) for name in names),
        ],
    )


def test_a_lecturer_publishes_a_rule_and_whoever_meets_it_has_theirs(course):
    learner = enroll(course).user
    complete(learner, lesson_of(course, 1))
    client = client_of("lecturer of it", course)

    client.post(url("certificate-rule", course.slug), RULE)

    assert CertificateRule.objects.get().number == 1
    assert Certificate.objects.get().user == learner
    again = client.post(url("certificate-rule", course.slug), RULE)
    assert again.context["form"].non_field_errors() == [
        "This is what the certificate asks for already. Change something, then publish."
    ]


def test_a_rule_that_asks_for_nothing_is_sent_back(course):
    client = client_of("lecturer of it", course)

    page = client.post(url("certificate-rule", course.slug), RULE | {"lessons_percent": "0"})

    assert list(page.context["form"].errors) == ["lessons_percent"]


def test_a_lecturer_revokes_takes_back_and_gives_again(certificate):
    client = client_of("lecturer of it", certificate.course)
    at = (certificate.course.slug, certificate.label)
    client.post(url("certificate-revoke", *at), {"reason": "By mistake"})
    certificate.refresh_from_db()
    assert certificate.revoked_reason == "By mistake"
    client.post(url("certificate-reinstate", *at))
    certificate.refresh_from_db()
    assert certificate.is_valid

    client.post(url("certificate-reissue", *at), {"name": "Lin Wei", "reason": "Latin letters"})

    made = Certificate.objects.valid().get()
    assert (made.name, made.replaces) == ("Lin Wei", certificate)


def test_certificates_of_another_course_are_not_there(certificate):
    client = client_of("lecturer of it", certificate.course)
    other = CertificateFactory()

    address = url("certificate-manage", certificate.course.slug, other.label)

    assert client.get(address).status_code == 404


def test_the_list_is_searched_by_name_address_and_number(certificate):
    CertificateFactory(rule=certificate.rule, cohort=certificate.cohort, name="Ada")
    client = client_of("lecturer of it", certificate.course)

    def shown(q):
        page = client.get(url("certificate-list", certificate.course.slug), {"q": q})
        return [each.name for each in page.context["page"]]

    assert shown("") == ["Ada", "林薇"]
    assert shown("ada") == ["Ada"]
    for q in ("林", certificate.user.email, certificate.label[:9].lower()):
        assert shown(q) == ["林薇"]


def test_the_list_asks_the_same_queries_for_one_and_for_three(
    certificate, django_assert_num_queries
):
    client = client_of("lecturer of it", certificate.course)
    for total in (1, 3):
        while Certificate.objects.count() < total:
            CertificateFactory(rule=certificate.rule, cohort=certificate.cohort)
        with django_assert_num_queries(6):
            client.get(url("certificate-list", certificate.course.slug))


def test_my_certificates_are_mine_also_after_the_seat_and_a_replaced_one_is_gone(certificate):
    CertificateFactory()
    made = certificates.reissue(
        certificate=certificate, by=UserFactory(), name="Lin", reason="Name"
    )
    enrolling.end_seat(enrollment=certificate.user.enrollments.get())

    page = signed_in(certificate.user).get(url("my-certificates"))

    assert page.context["certificates"] == [made]


def test_my_certificates_ask_the_same_queries_for_one_and_for_three(
    certificate, django_assert_num_queries
):
    client = signed_in(certificate.user)
    for total in (1, 3):
        while certificate.user.certificates.count() < total:
            CertificateFactory(user=certificate.user)
        with django_assert_num_queries(3):
            client.get(url("my-certificates"))
