"""Tables that people open in a spreadsheet."""

import csv
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

BOM = "\ufeff"  # Excel takes a CSV for UTF-8 only with it
# What makes a spreadsheet run a cell, in either width; a tab or line break may hide it
RUNS = ("=", "+", "-", "@", "＝", "＋", "－", "＠", "\t", "\r", "\n")


class _Echo:
    """A file that hands back what is written to it."""

    def write(self, text: str) -> str:
        return text


def _harmless(cell: Any) -> Any:
    """A text that a spreadsheet would run as a formula gets an apostrophe before it."""
    if isinstance(cell, str) and cell.startswith(RUNS):
        return f"'{cell}"
    return cell.isoformat(" ", "minutes") if hasattr(cell, "isoformat") else cell


def csv_lines(head: Sequence[str], rows: Iterable[Sequence[Any]]) -> Iterator[str]:
    """Line by line: texts, numbers, naive times, None for nothing."""
    writer = csv.writer(_Echo())
    yield BOM + writer.writerow(head)
    for row in rows:
        yield writer.writerow([_harmless(cell) for cell in row])
