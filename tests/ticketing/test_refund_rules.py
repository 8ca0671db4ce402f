import pytest
from django.urls import reverse

from community.models import Role
from events.models import LogEntry
from tests.factories.accounts import UserFactory
from tests.factories.community import MembershipFactory
from tests.factories.events import EventFactory
from tests.factories.ticketing import TicketTypeFactory
from ticketing.errors import RefundRulesRise, RefundRuleTwice
from ticketing.models import RefundRule
from ticketing.services.events import duplicate_event
from ticketing.services.refund_rules import Rule, save_refund_rules

pytestmark = pytest.mark.django_db
WEEK, DAY = Rule(168, 100), Rule(24, 50)


@pytest.fixture
def event(client, settings):
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    event = EventFactory()
    client.force_login(MembershipFactory(chapter=event.chapter, role=Role.ORGANIZER).user)
    return event


def rules(event) -> list[tuple[int, int]]:
    return list(RefundRule.objects.filter(event=event).values_list("hours_before", "percent"))


def test_rules_are_replaced_and_logged_once(event):
    person = UserFactory()
    for wanted in ([DAY, WEEK], [WEEK, DAY], [WEEK]):
        save_refund_rules(event=event, by=person, rules=wanted)

    assert rules(event) == [WEEK]
    assert [entry.changes["refund_rules"] for entry in LogEntry.objects.order_by("pk")] == [
        ["", "≥ 168 h: 100 %, ≥ 24 h: 50 %"],
        ["≥ 168 h: 100 %, ≥ 24 h: 50 %", "≥ 168 h: 100 %"],
    ]


@pytest.mark.parametrize(
    ("wrong", "error"),
    [([Rule(24, 100), Rule(168, 50)], RefundRulesRise), ([DAY, Rule(24, 80)], RefundRuleTwice)],
)
def test_a_rule_that_makes_no_sense_changes_nothing(event, wrong, error):
    save_refund_rules(event=event, by=UserFactory(), rules=[DAY])

    with pytest.raises(error):
        save_refund_rules(event=event, by=UserFactory(), rules=wrong)

    assert rules(event) == [DAY]


def test_a_copied_event_keeps_the_promise(event):
    save_refund_rules(event=event, by=UserFactory(), rules=[DAY])

    copy = duplicate_event(event=event, by=UserFactory(), start_at=event.start_at)

    assert rules(copy) == [DAY]


def form(*rows):
    """What the page posts; the rest of its four lines is empty."""
    data = {"rule-TOTAL_FORMS": "4", "rule-INITIAL_FORMS": "0"}
    for number in range(4):
        before, unit, percent = rows[number] if number < len(rows) else ("", "24", "")
        data |= {
            f"rule-{number}-before": before,
            f"rule-{number}-unit": unit,
            f"rule-{number}-percent": percent,
        }
    return data


def test_an_organizer_writes_the_rule_in_days_and_hours(client, event):
    url = reverse("ticketing:refund-rules", args=[event.slug])

    answer = client.post(url, form(("7", "24", "100"), ("12", "1", "50")))

    assert answer.url == url
    assert rules(event) == [(168, 100), (12, 50)]
    shown = client.get(url)
    assert "until Sat, 3 May 2036 14:00 you get all of its price back" in shown.text
    assert 'value="7"' in shown.text


def test_lines_left_empty_are_no_rules(client, event):
    save_refund_rules(event=event, by=UserFactory(), rules=[DAY])

    client.post(reverse("ticketing:refund-rules", args=[event.slug]), form())

    assert rules(event) == []


@pytest.mark.parametrize(
    "rows",
    [
        [("7", "24", "")],
        [("", "24", "50")],
        [("7", "24", "101")],
        [("400", "24", "50")],
        [("1", "24", "100"), ("24", "1", "50")],
        [("1", "24", "100"), ("7", "24", "50")],
    ],
)
def test_a_wrong_line_is_told_and_nothing_saved(client, event, rows):
    page = client.post(reverse("ticketing:refund-rules", args=[event.slug]), form(*rows))

    assert page.status_code == 200
    assert page.context["refusal"] or not page.context["formset"].is_valid()
    assert rules(event) == []


@pytest.mark.parametrize("role", [None, Role.STEWARD, Role.LECTURER])
def test_others_find_no_rule_page(client, event, role):
    person = UserFactory()
    if role:
        MembershipFactory(chapter=event.chapter, user=person, role=role)
    client.force_login(person)
    url = reverse("ticketing:refund-rules", args=[event.slug])

    assert [client.get(url).status_code, client.post(url, form()).status_code] == [404, 404]


def test_the_event_s_page_says_what_goes_back(client, event):
    kind = TicketTypeFactory(event=event, price_minor=5000)
    without = client.get(event.get_absolute_url()).text
    save_refund_rules(event=event, by=UserFactory(), rules=[DAY])

    page = client.get(event.get_absolute_url()).text
    checkout = client.get(
        reverse("checkout:order-new", args=[event.slug]), {f"quantity-{kind.public_id}": 1}
    ).text

    assert "Tickets with a price are not taken back" in without
    for text in (page, checkout):
        assert "until Fri, 9 May 2036 14:00 you get 50% of its price back" in text
