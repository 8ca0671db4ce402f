import csv
import io
import tracemalloc
import zipfile

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from orders.models import PaymentStatus, Provider
from tests.factories.events import EventFactory
from tests.factories.orders import OrderFactory, OrderLineFactory, PaymentFactory
from tests.factories.ticketing import TicketFactory, TicketTypeFactory
from tests.ticketing.personas import assert_only_runners, client_of
from ticketing import exports
from ticketing.models import Ticket, TicketStatus
from ticketing.queries import attendees as queries

pytestmark = pytest.mark.django_db


@pytest.fixture
def event():
    return EventFactory()


@pytest.fixture
def kind(event):
    return TicketTypeFactory(event=event)


@pytest.fixture
def organizer(event):
    return client_of("organizer", event)


def url(event, name="attendee-list"):
    return reverse(f"ticketing:{name}", args=[event.slug])


def come(kind, name="Lin Example", *, provider=None, order=None, **fields):
    """A ticket of a paid order of its own; `order` are the order's fields."""
    fields_of_order = {"chapter": kind.event.chapter, "paid": True} | (order or {})
    made = OrderFactory(**fields_of_order)
    if provider:
        PaymentFactory(order=made, provider=provider, status=PaymentStatus.SUCCEEDED)
    line = OrderLineFactory(order=made, unit_price_minor=kind.price_minor)
    return TicketFactory(ticket_type=kind, order_line=line, holder_name=name, **fields)


def names(tickets) -> list[str]:
    return [ticket.holder_name for ticket in tickets]


@pytest.mark.parametrize(
    "words",
    ["小满", "林小", "ｌｉｎ", "LIN@EXAMPLE", "K7M3", "k7m3pq4x-1", "周予安", "小满 lin@"],
)
def test_search_finds_by_name_label_order_and_address(event, kind, words):
    order = {"reference": "K7M3PQ4X", "email": "lin@example.com", "name": "周予安"}
    come(kind, "林小满", order=order)
    come(kind, "Ada Beispiel", order={"name": "Ada Beispiel"})

    assert names(queries.attendees(event, q=words)) == ["林小满"]


def test_search_wants_every_word(event, kind):
    come(kind, "林小满")

    assert not queries.attendees(event, q="小满 nobody")


def test_only_this_events_tickets_that_take_a_place_are_listed(event, kind):
    come(kind, "valid")
    come(kind, "held", status=TicketStatus.HELD)
    come(kind, "canceled", status=TicketStatus.CANCELED, canceled_at=timezone.now())
    TicketFactory()

    assert names(queries.attendees(event)) == ["valid", "held"]
    assert names(queries.attendees(event, status="canceled")) == ["canceled"]


def test_filters_by_type_admission_and_way_of_payment(event, kind):
    other = TicketTypeFactory(event=event, price_minor=500)
    come(kind, "free")
    come(other, "cash", provider=Provider.CASH, order={"total_minor": 500})
    come(
        other,
        "in",
        provider=Provider.STRIPE,
        order={"total_minor": 500},
        checked_in_at=timezone.now(),
    )

    assert names(queries.attendees(event, ticket_type=other.public_id)) == ["cash", "in"]
    assert names(queries.attendees(event, admitted="yes")) == ["in"]
    assert names(queries.attendees(event, admitted="no")) == ["free", "cash"]
    assert names(queries.attendees(event, paid_by="cash")) == ["cash"]
    assert names(queries.attendees(event, paid_by=queries.FREE)) == ["free"]


def test_a_failed_payment_is_no_way_of_payment(event, kind):
    ticket = come(kind, provider=Provider.BANK)
    PaymentFactory(order=ticket.order_line.order, status=PaymentStatus.FAILED)

    [found] = queries.attendees(event)

    assert found.paid_by == Provider.BANK


@pytest.mark.parametrize("sort", [queries.NEWEST, queries.OLDEST, queries.NAME])
def test_pages_join_without_gap_or_repetition_there_and_back(event, kind, monkeypatch, sort):
    monkeypatch.setattr(queries, "PAGE_SIZE", 3)
    for name in ["b", "a", "b", "c", "a", "b", "b"]:
        come(kind, name)
    tickets = queries.attendees(event)
    wanted = list(tickets.order_by(*queries.SORTS[sort]))

    pages = [queries.read_page(tickets, sort=sort)]
    while pages[-1].next:
        pages.append(queries.read_page(tickets, sort=sort, after=pages[-1].next))
    back = [pages[-1]]
    while back[-1].previous:
        back.append(queries.read_page(tickets, sort=sort, before=back[-1].previous))

    assert [ticket for page in pages for ticket in page.rows] == wanted
    assert [len(page.rows) for page in pages] == [3, 3, 1]
    assert (pages[0].previous, pages[-1].next) == ("", "")
    assert [ticket for page in reversed(back) for ticket in page.rows] == wanted


def test_a_lost_place_is_the_start(event, kind):
    come(kind, "a")

    assert names(queries.read_page(queries.attendees(event), after="gone").rows) == ["a"]


def test_count_stops_where_counting_on_would_cost(event, kind, monkeypatch):
    monkeypatch.setattr(queries, "COUNTED", 2)
    for _ in range(4):
        come(kind)

    assert queries.bounded_count(queries.attendees(event)) == 3


def test_only_those_who_run_the_event_see_its_people(event):
    pages = ("attendee-list", "attendee-csv", "attendee-xlsx")

    assert_only_runners(event, [url(event, name) for name in pages])


def test_list_answers_htmx_with_the_rows_alone(event, kind, organizer):
    come(kind, "林小满")
    come(kind, "Ada")

    page = organizer.get(url(event), {"q": "小满"}, headers={"HX-Request": "true"}).content.decode()

    assert "林小满" in page
    assert "Ada" not in page
    assert "<html" not in page


def test_list_says_whether_nobody_came_or_nobody_fits(event, kind, organizer):
    assert "Nobody has registered yet" in organizer.get(url(event)).content.decode()

    come(kind)
    page = organizer.get(url(event), {"q": "nobody", "status": "nonsense"}).content.decode()

    assert "Nobody fits" in page


def test_list_escapes_what_people_call_themselves(event, kind, organizer):
    come(kind, "<script>alert(1)</script>")

    assert "<script>alert" not in organizer.get(url(event)).content.decode()


@pytest.mark.parametrize("rows", [1, 3])
def test_list_costs_the_same_whatever_is_listed(event, kind, organizer, rows):
    for _ in range(rows):
        come(kind, provider=Provider.CASH)

    with CaptureQueriesContext(connection) as captured:
        organizer.get(url(event), {"q": "lin"})

    assert len(captured) == 6


def csv_rows(response) -> list[dict[str, str]]:
    text = b"".join(response.streaming_content).decode("utf-8")
    assert text.startswith("\ufeff")
    return list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))


def test_csv_has_the_filtered_people_in_the_events_time(event, organizer):
    kind = TicketTypeFactory(event=event, price_minor=1250, currency="EUR", name_en="Standard")
    order = {
        "reference": "K7M3PQ4X",
        "email": "lin@example.com",
        "name": "周予安",
        "currency": "EUR",
    }
    at = timezone.datetime.fromisoformat("2026-03-01T16:30:00+00:00")
    come(kind, "林小满", order=order, provider=Provider.BANK, checked_in_at=at, created_at=at)
    come(kind, "Ada")

    response = organizer.get(url(event, "attendee-csv"), {"q": "小满"})

    assert response["Content-Disposition"] == f'attachment; filename="attendees-{event.slug}.csv"'
    [row] = csv_rows(response)
    assert list(row.values()) == [
        "K7M3PQ4X-1", "林小满", "Standard", "Valid", "2026-03-02 00:30", "12.50", "EUR",
        "Bank transfer", "K7M3PQ4X", "周予安", "lin@example.com", "2026-03-02 00:30",
    ]  # fmt: skip


@pytest.mark.parametrize("sign", ["=", "+", "-", "@", "＝", "\t=", "\r"])
def test_csv_runs_nothing_in_a_spreadsheet(event, kind, organizer, sign):
    come(kind, f"{sign}HYPERLINK(1)")

    [row] = csv_rows(organizer.get(url(event, "attendee-csv")))

    assert row["Name"] == f"'{sign}HYPERLINK(1)"


def test_xlsx_keeps_texts_texts_and_numbers_numbers(event, organizer):
    kind = TicketTypeFactory(event=event, price_minor=1250, currency="EUR")
    come(kind, "=HYPERLINK(1)", order={"currency": "EUR"})
    come(kind, "https://example.com/林")

    response = organizer.get(url(event, "attendee-xlsx"))
    file = zipfile.ZipFile(io.BytesIO(b"".join(response.streaming_content)))
    sheet = file.read("xl/worksheets/sheet1.xml").decode()
    assert "<f>" not in sheet
    assert "<hyperlink" not in sheet
    assert "=HYPERLINK(1)" in sheet
    assert "https://example.com/林" in sheet
    assert "<v>12.50</v>" in sheet


@pytest.mark.parametrize("kind_of_file", ["csv", "xlsx"])
def test_an_export_is_logged(event, organizer, kind_of_file):
    response = organizer.get(url(event, f"attendee-{kind_of_file}"))
    assert b"".join(response.streaming_content)

    [entry] = event.log.all()
    assert (entry.action, entry.target) == ("attendees_exported", kind_of_file)
    assert entry.by is not None


def peak_of_export(event) -> int:
    tracemalloc.start()
    for _line in exports.csv_lines(event, queries.export_rows(queries.attendees(event))):
        pass
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return peak


def add(ticket, first: int, last: int) -> None:
    rows = [(f"X-{number}", f"{number:032}") for number in range(first, last)]
    Ticket.objects.bulk_create(
        Ticket(
            event=ticket.event,
            ticket_type=ticket.ticket_type,
            order_line=ticket.order_line,
            label=label,
            code=code,
            holder_name="Lin",
            status=TicketStatus.VALID,
        )
        for label, code in rows
    )


def test_an_export_of_many_needs_no_more_memory_than_one_of_few(event, kind, monkeypatch):
    monkeypatch.setattr(queries, "CHUNK", 100)
    ticket = come(kind)
    add(ticket, 2, 500)
    few = peak_of_export(event)
    add(ticket, 500, 4000)

    assert peak_of_export(event) < 1.2 * few


@pytest.mark.parametrize("filled", [1, 3])
def test_an_export_reads_all_in_two_queries(event, kind, filled):
    for _ in range(filled):
        come(kind)

    with CaptureQueriesContext(connection) as captured:
        list(exports.csv_lines(event, queries.export_rows(queries.attendees(event))))

    assert len(captured) == 2
