"""Attendee lists as files. Written row by row: 200,000 rows need no more memory than 200."""

import tempfile
from collections.abc import Iterable, Iterator
from typing import IO, Any
from zoneinfo import ZoneInfo

import xlsxwriter
from django.utils.encoding import force_str
from django.utils.translation import gettext as _, pgettext

from core import spreadsheets
from core.money import to_decimal
from events.models import Event
from orders.models import Provider
from ticketing.models import TicketStatus
from ticketing.queries.attendees import AttendeeRow

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class Sheet:
    """Turns rows into cells: names of types and states in the reader's language, times in the
    event's zone."""

    def __init__(self, event: Event) -> None:
        self.zone = ZoneInfo(event.time_zone)
        self.types = {kind.pk: kind.name for kind in event.ticket_types.all()}
        self.statuses = {status.value: force_str(status.label) for status in TicketStatus}
        self.providers = {provider.value: force_str(provider.label) for provider in Provider}
        self.head = [
            _("Ticket"), pgettext("person", "Name"), _("Ticket type"), _("State"),
            _("Admitted (%(zone)s)") % {"zone": event.time_zone}, _("Price"), _("Currency"),
            _("Paid by"), _("Order"), _("Ordered by"), _("E-mail"),
            _("Ordered (%(zone)s)") % {"zone": event.time_zone},
        ]  # fmt: skip

    def cells(self, row: AttendeeRow) -> list[Any]:
        """Texts, a Decimal for the price, naive local times, None for nothing."""
        return [
            row.label,
            row.holder_name,
            self.types[row.ticket_type_id],
            self.statuses[row.status],
            row.checked_in_at and row.checked_in_at.astimezone(self.zone).replace(tzinfo=None),
            to_decimal(row.price_minor, row.currency),
            row.currency,
            self.providers.get(row.paid_by or "", ""),
            row.reference,
            row.buyer,
            row.email,
            row.ordered_at.astimezone(self.zone).replace(tzinfo=None),
        ]


def csv_lines(event: Event, rows: Iterable[AttendeeRow]) -> Iterator[str]:
    sheet = Sheet(event)
    return spreadsheets.csv_lines(sheet.head, map(sheet.cells, rows))


WIDTHS = (14, 24, 20, 10, 18, 10, 9, 16, 11, 24, 30, 18)


def xlsx_file(event: Event, rows: Iterable[AttendeeRow]) -> IO[bytes]:
    """A temporary file at its start, gone when closed. Texts stay texts, whatever they begin with."""
    file = tempfile.TemporaryFile()  # noqa: SIM115  the caller streams it
    book = xlsxwriter.Workbook(file, {"constant_memory": True, "in_memory": False})
    page = book.add_worksheet(_("Attendees")[:31])
    bold = book.add_format({"bold": True})
    moment = book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
    for column, width in enumerate(WIDTHS):
        page.set_column(column, column, width)
    page.freeze_panes(1, 0)
    sheet = Sheet(event)
    for column, title in enumerate(sheet.head):
        page.write_string(0, column, title, bold)
    for number, row in enumerate(rows, 1):
        for column, cell in enumerate(sheet.cells(row)):
            _write(page, number, column, cell, moment)
    book.close()
    file.seek(0)
    return file


def _write(page: Any, row: int, column: int, cell: Any, moment: Any) -> None:
    if isinstance(cell, str):
        page.write_string(row, column, cell)
    elif hasattr(cell, "isoformat"):
        page.write_datetime(row, column, cell, moment)
    elif cell is not None:
        page.write_number(row, column, cell)
