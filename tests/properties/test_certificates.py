"""The rule of a certificate equals its plain specification."""

from fractions import Fraction
from types import SimpleNamespace

from hypothesis import given, strategies as st

from courses.certificates import Standing, frozen, is_met, met, missing, parts

percents = st.integers(0, 100)
counts = st.integers(0, 30)
rules = st.builds(
    SimpleNamespace,
    is_giving=st.booleans(),
    lessons_percent=percents,
    min_attendance_percent=percents,
    needs_accepted_work=st.booleans(),
    needs_quizzes=st.booleans(),
).filter(
    lambda rule: (
        rule.lessons_percent
        or rule.min_attendance_percent
        or rule.needs_accepted_work
        or rule.needs_quizzes
    )
)
all_standings = st.builds(
    Standing,
    lessons_percent=percents,
    planned=st.none() | counts,
    attended=counts,
    required_work=counts,
    accepted_work=counts,
    required_quizzes=counts,
    passed_quizzes=counts,
)


def specification(rule, standing) -> bool:
    """As the course's page says it, in fractions and without short cuts."""
    if not rule.is_giving:
        return False
    asks_attendance = rule.min_attendance_percent > 0 and standing.planned is not None
    said = [
        rule.lessons_percent == 0 or standing.lessons_percent >= rule.lessons_percent,
        not asks_attendance
        or (
            standing.planned > 0
            and Fraction(standing.attended, standing.planned)
            >= Fraction(rule.min_attendance_percent, 100)
        ),
        not rule.needs_accepted_work or standing.accepted_work >= standing.required_work,
        not rule.needs_quizzes or standing.passed_quizzes >= standing.required_quizzes,
    ]
    asks_something = (
        rule.lessons_percent > 0
        or asks_attendance
        or rule.needs_accepted_work
        or rule.needs_quizzes
    )
    return asks_something and all(said)


@given(rules, all_standings)
def test_the_rule_is_its_specification(rule, standing):
    assert is_met(rule, standing) == specification(rule, standing)


@given(rules, all_standings)
def test_what_is_missing_is_what_keeps_it_from_being_met(rule, standing):
    """Who catches up with all that is missing has it, and with less has it not."""
    gaps = missing(rule, standing)
    if not rule.is_giving or not parts(rule, standing) or standing.planned == 0:
        return
    fields = {
        "lessons": "lessons_percent",
        "attendance": "attended",
        "work": "accepted_work",
        "quizzes": "passed_quizzes",
    }
    for short in range(len(gaps) + 1):
        done = {fields[gap.need]: gap.wanted for gap in gaps[:short]}
        assert is_met(rule, Standing(**vars(standing) | done)) == (short == len(gaps))


@given(rules, all_standings, all_standings)
def test_more_is_never_worth_less(rule, standing, more):
    """A lesson, a class or a piece of work beyond it takes no certificate away."""
    higher = Standing(
        lessons_percent=max(standing.lessons_percent, more.lessons_percent),
        planned=standing.planned,
        attended=max(standing.attended, more.attended),
        required_work=standing.required_work,
        accepted_work=max(standing.accepted_work, more.accepted_work),
        required_quizzes=standing.required_quizzes,
        passed_quizzes=max(standing.passed_quizzes, more.passed_quizzes),
    )

    assert is_met(rule, higher) or not is_met(rule, standing)


@given(all_standings)
def test_what_was_met_is_read_back_as_it_was(standing):
    assert met(frozen(standing, course={"en": "Zero"})) == standing
