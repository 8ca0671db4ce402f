from datetime import timedelta

import pytest
from django.core import mail
from django.utils import timezone

from courses import jobs, tasks
from courses.errors import CertificateReplaced, CertificateRevoked, HasCertificate, RuleUnchanged
from courses.models import Certificate, CertificateRule, SubmissionStatus
from courses.queries.standing import standings
from courses.services import certificates, enrolling
from tests.courses.world import complete, enroll, lesson_of, published_course
from tests.factories.accounts import UserFactory
from tests.factories.classes import AttendanceFactory, ClassSessionFactory
from tests.factories.courses import CertificateFactory, CohortFactory, CourseLecturerFactory
from tests.factories.work import (
    AssignmentFactory,
    QuizAttemptFactory,
    QuizVersionFactory,
    SubmissionFactory,
)

pytestmark = pytest.mark.django_db

ASKED = {
    "is_giving": True,
    "lessons_percent": 100,
    "min_attendance_percent": 0,
    "needs_accepted_work": False,
    "needs_quizzes": False,
}


def publish_rule(course, **asked):
    return certificates.publish_rule(course=course, by=None, **(ASKED | asked))


@pytest.fixture
def course():
    return published_course(1, title_en="Zero", title_zh_hans="零")


@pytest.fixture
def learner(course):
    """Who has done every lesson."""
    user = enroll(course, UserFactory(name="Lin Wei", language="en")).user
    complete(user, lesson_of(course, 1))
    return user


def test_who_meets_the_rule_gets_one_certificate_however_often_it_is_looked_at(course, learner):
    enroll(course)
    rule = publish_rule(course)

    for _ in range(2):
        jobs.issue_certificates()
        certificates.issue_due(course=course, user=learner)

    made = Certificate.objects.get()
    assert (made.user, made.rule, made.name, made.language) == (learner, rule, "Lin Wei", "en")
    assert made.facts["lessons_percent"] == 100
    assert made.facts["course"] == {"zh-hans": "零", "en": "Zero"}


def test_numbers_are_read_out_in_fours_and_nobody_guesses_them(course, learner):
    publish_rule(course)
    [made] = certificates.issue_due(course=course)

    assert [len(group) for group in made.label.split("-")] == [4, 4, 4, 4]
    assert set(made.number) <= set("34679ACDEFGHJKMNPQRTWXY")


def test_without_a_rule_or_by_one_that_gives_none_nobody_gets_one(course, learner):
    jobs.issue_certificates()
    publish_rule(course, is_giving=False)
    jobs.issue_certificates()

    assert Certificate.objects.count() == 0


def test_whose_seat_ended_before_gets_none_and_whose_ended_after_keeps_it(course, learner):
    late = enroll(course)
    complete(late.user, lesson_of(course, 1))
    enrolling.end_seat(enrollment=late)
    publish_rule(course)
    jobs.issue_certificates()
    seat = learner.enrollments.get()

    enrolling.end_seat(enrollment=seat)
    jobs.issue_certificates()

    assert [(made.user, made.is_valid) for made in Certificate.objects.all()] == [(learner, True)]


def test_a_new_rule_takes_nothing_from_who_had_met_the_old_one(course, learner):
    first = publish_rule(course)

    second = publish_rule(course, lessons_percent=100, min_attendance_percent=80)

    assert [rule.number for rule in (first, second)] == [1, 2]
    assert Certificate.objects.get().rule == first


def test_a_rule_that_asks_for_the_same_is_no_new_version(course):
    publish_rule(course)

    with pytest.raises(RuleUnchanged):
        publish_rule(course, note="Again.")

    assert CertificateRule.objects.count() == 1


def test_two_runs_of_a_course_give_a_person_one_certificate(course, learner):
    spring = CohortFactory(course=course, dated=True)
    enrolling.grant_seat(cohort=spring, user=learner)
    publish_rule(course)

    certificates.issue_due(course=course)

    assert Certificate.objects.count() == 1


def test_who_lost_theirs_gets_no_other_by_the_clock(course, learner):
    publish_rule(course)
    [made] = certificates.issue_due(course=course)
    certificates.revoke(certificate=made, by=UserFactory(), reason="Somebody else's work.")

    jobs.issue_certificates()

    assert [each.is_valid for each in Certificate.objects.all()] == [False]


def test_revoking_is_logged_mailed_and_taken_back(course, learner):
    publish_rule(course)
    [made] = certificates.issue_due(course=course)
    staff = UserFactory()
    certificates.revoke(certificate=made, by=staff, reason="By mistake.")
    again = certificates.revoke(certificate=made, by=UserFactory(), reason="Other.")
    assert (again.revoked_by, again.revoked_reason) == (staff, "By mistake.")
    tasks.tell_of_certificate(made.pk)

    back = certificates.reinstate(certificate=made, by=staff)
    tasks.tell_of_certificate(made.pk)

    assert back.is_valid
    assert [message.subject for message in mail.outbox] == [
        "Your certificate of Zero was revoked",
        "Your certificate: Zero",
    ]
    log = course.log.filter(action__startswith="certificate_re").order_by("pk")
    assert list(log.values_list("action", flat=True)) == [
        "certificate_revoked",
        "certificate_reinstated",
    ]


def test_a_certificate_with_another_name_replaces_the_old_number(course, learner):
    publish_rule(course)
    [old] = certificates.issue_due(course=course)

    made = certificates.reissue(certificate=old, by=UserFactory(), name="林薇", reason="Name.")

    old.refresh_from_db()
    assert (made.name, made.facts, made.replaces) == ("林薇", old.facts, old)
    assert made.number != old.number
    assert [old.is_valid, made.is_valid] == [False, True]
    with pytest.raises(CertificateReplaced):
        certificates.reinstate(certificate=old, by=UserFactory())
    with pytest.raises(CertificateRevoked):
        certificates.reissue(certificate=old, by=UserFactory(), name="x", reason="x")


def test_nobody_has_two_valid_ones_by_taking_a_revocation_back(course, learner):
    publish_rule(course)
    [first] = certificates.issue_due(course=course)
    certificates.revoke(certificate=first, by=UserFactory(), reason="Wrong run.")
    CertificateFactory(rule=first.rule, cohort=first.cohort, user=learner)

    with pytest.raises(HasCertificate):
        certificates.reinstate(certificate=first, by=UserFactory())


def test_the_holder_is_mailed_once(course, learner, django_capture_on_commit_callbacks):
    publish_rule(course)
    with django_capture_on_commit_callbacks(execute=True):
        [made] = certificates.issue_due(course=course)

    tasks.tell_of_certificate(made.pk)
    jobs.issue_certificates()

    assert [(message.to, message.subject) for message in mail.outbox] == [
        ([learner.email], "Your certificate: Zero")
    ]


def test_a_mail_that_no_task_sent_is_sent_by_the_clock(course, learner):
    publish_rule(course)
    made = CertificateFactory(
        rule=course.certificate_rules.get(),
        cohort=course.cohorts.get(),
        user=learner,
        issued_at=timezone.now() - timedelta(hours=1),
    )

    jobs.issue_certificates()

    made.refresh_from_db()
    assert [len(mail.outbox), made.told_at is not None] == [1, True]


def test_attendance_is_asked_of_all_planned_classes_not_only_of_those_held(course, learner):
    spring = CohortFactory(course=course, dated=True)
    enrolling.end_seat(enrollment=learner.enrollments.get())
    enrolling.grant_seat(cohort=spring, user=learner)
    now = timezone.now()
    classes = [
        ClassSessionFactory(
            cohort=spring,
            starts_at=now + timedelta(days=day),
            ends_at=now + timedelta(days=day, hours=1),
        )
        for day in (-2, -1, 5)
    ]
    publish_rule(course, min_attendance_percent=60)
    AttendanceFactory(session=classes[0], user=learner)
    assert certificates.issue_due(course=course) == []

    AttendanceFactory(session=classes[1], user=learner)

    assert len(certificates.issue_due(course=course)) == 1
    assert standings(spring, [learner.pk])[learner.pk].planned == 3


def test_standings_ask_the_same_queries_for_one_person_and_for_three(
    course, django_assert_num_queries
):
    cohort = course.cohorts.get()
    CourseLecturerFactory(course=course)
    for count in (1, 3):
        people = [enroll(course).user.pk for _ in range(count)]
        with django_assert_num_queries(5):
            standings(cohort, people)


def test_a_seat_of_a_proven_mail_counts_once_its_holder_looks(course):
    publish_rule(course, lessons_percent=0, min_attendance_percent=50)
    spring = CohortFactory(course=course, dated=True)
    user = UserFactory()
    user.emailaddress_set.create(email="work@example.com", verified=True)
    enrolling.grant_seat(cohort=spring, email="work@example.com")
    AttendanceFactory(session=ClassSessionFactory(cohort=spring, held=True), user=user)

    made = certificates.issue_due(course=course, user=user)

    assert [each.user for each in made] == [user]


def test_required_work_and_quizzes_are_asked_and_what_is_optional_is_not(course, learner):
    assignment = AssignmentFactory(course=course)
    version = QuizVersionFactory(quiz__course=course)
    AssignmentFactory(course=course, is_required=False)
    publish_rule(course, needs_accepted_work=True, needs_quizzes=True)
    cohort = course.cohorts.get()
    handed_in = SubmissionFactory(assignment=assignment, cohort=cohort, user=learner)
    QuizAttemptFactory(version=version, user=learner, passed=True)
    assert certificates.issue_due(course=course) == []

    handed_in.status = SubmissionStatus.ACCEPTED
    handed_in.save(update_fields=["status"])

    [made] = certificates.issue_due(course=course)
    counted = ("required_work", "accepted_work", "required_quizzes", "passed_quizzes")
    assert [made.facts[name] for name in counted] == [1, 1, 1, 1]


def test_a_wrong_name_makes_one_mail_not_two(course, learner):
    publish_rule(course)
    [old] = certificates.issue_due(course=course)
    certificates.reissue(certificate=old, by=UserFactory(), name="Lin", reason="Wrong name")

    for each in Certificate.objects.all():
        tasks.tell_of_certificate(each.pk)

    assert [message.subject for message in mail.outbox] == ["Your certificate: Zero"]
