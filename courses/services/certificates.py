"""The rule of a course's certificate, and giving, revoking and giving again."""

from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from accounts.models import User
from core.effects import after_commit
from courses import certificates, tasks
from courses.certificates import Standing
from courses.errors import CertificateReplaced, CertificateRevoked, HasCertificate, RuleUnchanged
from courses.models import Certificate, CertificateRule, Cohort, Course, Enrollment
from courses.queries.outline import LANGUAGES
from courses.queries.standing import current_rule, standings
from courses.services.learning import claim_seats
from courses.services.locks import lock_course
from courses.services.log import record

ASKED = (
    "is_giving", "lessons_percent", "min_attendance_percent", "needs_accepted_work",
    "needs_quizzes",
)  # fmt: skip


@transaction.atomic
def publish_rule(
    *, course: Course, by: User | None, note: str = "", **asked: Any
) -> CertificateRule:
    """The next version of the rule, which counts from now on. Who had met the one before gets
    their certificate first: nobody loses by a new rule what they had earned.

    Locks the course. Raises RuleUnchanged when it asks for the same.
    """
    course = lock_course(course)
    before = current_rule(course)
    if before is not None:
        if all(getattr(before, name) == asked.get(name) for name in ASKED):
            raise RuleUnchanged
        issue_due(course=course)
    rule = CertificateRule.objects.create(
        course=course,
        number=before.number + 1 if before else 1,
        note=note,
        published_by=by,
        **asked,
    )
    record(course=course, by=by, action="certificate_rule_published", target=str(rule.number))
    return rule


@transaction.atomic
def issue_due(*, course: Course, user: User | None = None) -> list[Certificate]:
    """Give everybody who meets the rule, or only `user`, the certificate they do not have yet.

    Repeatable, and may run beside itself. One of a course is enough for a person, whatever
    their runs, and who lost theirs gets no other without a word from staff.
    """
    rule = current_rule(course)
    if rule is None or not rule.is_giving:
        return []
    if user is not None:
        claim_seats(user=user, course=course)
    made = []
    for cohort in course.cohorts.all():
        cohort.course = course
        seats = _waiting(cohort, rule, user)
        reached = standings(cohort, seats)
        for pk, seat in seats.items():
            if certificates.is_met(rule, reached[pk]):
                made += _issue(seat, cohort, rule, reached[pk])
    return made


def _waiting(cohort: Cohort, rule: CertificateRule, user: User | None) -> dict[int, Enrollment]:
    """Person → a seat, of those without a certificate who have done lessons enough."""
    seats = Enrollment.objects.filter(cohort=cohort, user__isnull=False).giving_access()
    if user is not None:
        seats = seats.filter(user=user)
    if rule.lessons_percent:
        far = Q(
            user__course_progress__course=cohort.course_id,
            user__course_progress__percent__gte=rule.lessons_percent,
        )
        seats = seats.filter(far)
    have = Certificate.objects.filter(course=cohort.course_id, user__isnull=False).values("user")
    seats = seats.exclude(user__in=have).select_related("user").order_by("-pk")
    return {seat.user_id: seat for seat in seats if seat.user_id}


def _issue(
    seat: Enrollment, cohort: Cohort, rule: CertificateRule, standing: Standing
) -> list[Certificate]:
    """One, unless it was given meanwhile: whoever gives one locks the seat first."""
    Enrollment.objects.select_for_update(of=("self",)).get(pk=seat.pk)
    if (
        seat.user is None
        or Certificate.objects.filter(course=cohort.course, user=seat.user).exists()
    ):
        return []
    made = Certificate.objects.create(
        user=seat.user,
        course=cohort.course,
        cohort=cohort,
        rule=rule,
        name=(seat.user.name or seat.name or str(seat.user))[:120],
        facts=certificates.frozen(standing, **_titles(cohort)),
        language=seat.user.language or settings.LANGUAGE_CODE,
    )
    after_commit(tasks.tell_of_certificate.delay, made.pk)
    return [made]


def _titles(cohort: Cohort) -> dict[str, Any]:
    """What course, chapter and run are called today, by language, and who teaches."""
    course = cohort.course
    lecturers = course.course_lecturers.select_related("user")
    return {
        "course": _by_language(course, "title"),
        "chapter": _by_language(course.chapter, "name"),
        "run": _by_language(cohort, "name"),
        "lecturers": [str(lecturer.user) for lecturer in lecturers],
    }


def _by_language(thing: Any, field: str) -> dict[str, str]:
    names = {code: getattr(thing, f"{field}_{code.replace('-', '_')}", "") for code in LANGUAGES}
    return {code: name for code, name in names.items() if name}


@transaction.atomic
def revoke(*, certificate: Certificate, by: User, reason: str) -> Certificate:
    """It is worth nothing from now on, and says so to whoever asks. Its holder is mailed why.

    Repeatable: the first reason stands.
    """
    certificate = _locked(certificate)
    if certificate.is_valid:
        _end(certificate, by, reason)
        certificate.told_at = None
        certificate.save(update_fields=["told_at"])
        record(
            course=certificate.course, by=by, action="certificate_revoked",
            target=certificate.label, changes={"reason": ["", reason]},
        )  # fmt: skip
        after_commit(tasks.tell_of_certificate.delay, certificate.pk)
    return certificate


@transaction.atomic
def reinstate(*, certificate: Certificate, by: User) -> Certificate:
    """Take a revocation back. Repeatable. Raises CertificateReplaced, HasCertificate."""
    certificate = _locked(certificate)
    if certificate.is_valid:
        return certificate
    if Certificate.objects.filter(replaces=certificate).exists():
        raise CertificateReplaced
    of_person = Certificate.objects.valid().filter(course=certificate.course)
    if certificate.user_id and of_person.filter(user=certificate.user_id).exists():
        raise HasCertificate
    certificate.revoked_at = certificate.revoked_by = certificate.told_at = None
    certificate.revoked_reason = ""
    certificate.save(update_fields=["revoked_at", "revoked_by", "revoked_reason", "told_at"])
    record(
        course=certificate.course, by=by, action="certificate_reinstated", target=certificate.label
    )
    after_commit(tasks.tell_of_certificate.delay, certificate.pk)
    return certificate


@transaction.atomic
def reissue(*, certificate: Certificate, by: User, name: str, reason: str) -> Certificate:
    """The same achievement under a new number, with another name on it. The old number says
    from now on that it was replaced. Raises CertificateRevoked: what is worth nothing is not
    replaced, but reinstated."""
    old = _locked(certificate)
    if not old.is_valid:
        raise CertificateRevoked
    _end(old, by, reason)
    old.told_at = old.told_at or timezone.now()  # the mail about the new one says it all
    old.save(update_fields=["told_at"])
    made = Certificate.objects.create(
        user=old.user, course=old.course, cohort=old.cohort, rule=old.rule, name=name,
        facts=old.facts, language=old.language, shows_name=old.shows_name,
        issued_at=timezone.now(), replaces=old,
    )  # fmt: skip
    record(
        course=old.course, by=by, action="certificate_reissued", target=made.label,
        changes={"number": [old.label, made.label], "reason": ["", reason]},
    )  # fmt: skip
    after_commit(tasks.tell_of_certificate.delay, made.pk)
    return made


@transaction.atomic
def show_name(*, certificate: Certificate, shown: bool) -> None:
    """What the holder lets a stranger see who has the number."""
    certificate.shows_name = shown
    certificate.save(update_fields=["shows_name"])


@transaction.atomic
def forget_holder(*, user: User) -> None:
    """Somebody deletes their account: what they earned stays true, and names nobody any more."""
    Certificate.objects.filter(user=user).update(name="", shows_name=False)


def _locked(certificate: Certificate) -> Certificate:
    found = Certificate.objects.select_for_update(of=("self",))
    return found.select_related("course", "cohort", "rule", "user").get(pk=certificate.pk)


def _end(certificate: Certificate, by: User, reason: str) -> None:
    certificate.revoked_at, certificate.revoked_by = timezone.now(), by
    certificate.revoked_reason = reason
    certificate.save(update_fields=["revoked_at", "revoked_by", "revoked_reason"])
