"""When a certificate is earned. Pure: what is counted comes from `queries.standing`."""

from dataclasses import asdict, dataclass
from typing import Any, NamedTuple, Protocol

from django.db import models
from django.utils.translation import gettext_lazy as _


class Rule(Protocol):
    """What a `CertificateRule` asks for."""

    is_giving: bool
    lessons_percent: int
    min_attendance_percent: int
    needs_accepted_work: bool
    needs_quizzes: bool


@dataclass(frozen=True)
class Standing:
    """What a person has reached in a run, counted at one moment.

    `planned` are all classes of the run that count, held or still to come: who was in the first
    of three has not yet been in all. None: a run at one's own pace without classes, of which no
    attendance is asked.
    """

    lessons_percent: int = 0
    planned: int | None = None
    attended: int = 0
    required_work: int = 0
    accepted_work: int = 0
    required_quizzes: int = 0
    passed_quizzes: int = 0


class Need(models.TextChoices):
    LESSONS = "lessons", _("Lessons completed")
    ATTENDANCE = "attendance", _("Classes attended")
    WORK = "work", _("Work accepted")
    QUIZZES = "quizzes", _("Quizzes passed")


class Part(NamedTuple):
    """One thing a rule asks for: so much is there of what is needed, in percent of the lessons
    or in pieces."""

    need: Need
    have: int
    wanted: int
    is_met: bool


def parts(rule: Rule, standing: Standing) -> list[Part]:
    """All that `rule` asks of who stands so, in its order."""
    found = []
    if rule.lessons_percent:
        have, wanted = standing.lessons_percent, rule.lessons_percent
        found.append(Part(Need.LESSONS, have, wanted, have >= wanted))
    if rule.min_attendance_percent and standing.planned is not None:
        wanted = -(-rule.min_attendance_percent * standing.planned // 100)  # rounded up
        is_met = bool(standing.planned) and standing.attended >= wanted
        found.append(Part(Need.ATTENDANCE, standing.attended, wanted, is_met))
    if rule.needs_accepted_work:
        found.append(_all_of(Need.WORK, standing.accepted_work, standing.required_work))
    if rule.needs_quizzes:
        found.append(_all_of(Need.QUIZZES, standing.passed_quizzes, standing.required_quizzes))
    return found


def _all_of(need: Need, have: int, wanted: int) -> Part:
    return Part(need, have, wanted, have >= wanted)


def missing(rule: Rule, standing: Standing) -> list[Part]:
    """What is still to be done."""
    return [part for part in parts(rule, standing) if not part.is_met]


def is_met(rule: Rule, standing: Standing) -> bool:
    """Whether who stands so gets a certificate by `rule`."""
    return rule.is_giving and bool(parts(rule, standing)) and not missing(rule, standing)


def frozen(standing: Standing, **titles: Any) -> dict[str, Any]:
    """The facts of a certificate: what was met, and what things were called then."""
    return asdict(standing) | titles


def met(facts: dict[str, Any]) -> Standing:
    """What was met, read back from the facts."""
    return Standing(
        **{name: facts[name] for name in Standing.__dataclass_fields__ if name in facts}
    )
