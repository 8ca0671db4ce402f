"""Plots as plain SVG, drawn on the server: ink on paper, no script, no inline style.

Places across and down are percentages, so that a drawing stretches to its column while its words
keep their size. `{% load plots %}{% plot drawing %}` shows one, with its numbers in a table.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from itertools import count
from typing import NamedTuple, TypedDict, Unpack

from django.utils.formats import date_format
from django.utils.translation import gettext as _, pgettext

MOST_LINES = 4
LABEL_ROOM = 0.14  # of the width
EDGE = 6.0  # a label nearer to a side than this percentage stands on it
GAP = 0.28  # of a bar's place stays white
WIDEST = 8.0  # percent: a bar is no wider, or two months look like a wall
Show = Callable[[int], str]


class PlotKind(StrEnum):
    BARS = "bars"
    STEPS = "steps"
    LINE = "line"
    ROWS = "rows"


def grouped(number: int) -> str:
    return f"{number:,}"


@dataclass(frozen=True)
class Series:
    """What is drawn in one ink: a value for each label of its plot."""

    label: str
    values: Sequence[int]


class Scale(NamedTuple):
    low: int
    high: int
    step: int

    def down(self, value: float) -> float:
        """Percent from the upper edge."""
        return 100 * (self.high - value) / (self.high - self.low)

    @property
    def steps(self) -> range:
        return range(self.low, self.high + 1, self.step)


class Bar(NamedTuple):
    x: str
    y: str
    width: str
    height: str
    tone: int
    words: str
    is_accent: bool


class Label(NamedTuple):
    at: str
    words: str
    anchor: str
    is_spare: bool  # left out on a phone


class Line(NamedTuple):
    """`path` and `area` in a square of 100 units that is stretched; its end as percentages."""

    path: str
    area: str
    tone: int
    end_x: str
    end_y: str


class Row(NamedTuple):
    name: str
    label: str
    href: str
    cells: Sequence[str]
    bars: Sequence[Bar]


@dataclass(frozen=True)
class Plot:
    """`name` tells it apart on its page, `head` says what its labels are, `short` are the same
    for the axis. `places` are those of its points across, from 0 to 1; bars share the width
    evenly. `empty` is shown instead of a drawing of nothing."""

    kind: PlotKind
    name: str
    caption: str
    labels: Sequence[str]
    series: Sequence[Series]
    head: str = ""
    show: Show = grouped
    empty: str = ""
    places: Sequence[float] = ()
    short: Sequence[str] = ()
    hrefs: Sequence[str] = ()
    accent: int | None = None  # the label whose bar is red
    whole: int | None = None  # what a full row is; else its longest
    tones: Sequence[int] = (1, 2, 3, 4)

    @property
    def is_empty(self) -> bool:
        return not self.labels

    @property
    def scale(self) -> Scale:
        values = [value for one in self.series for value in one.values]
        if self.kind == PlotKind.BARS:
            values = [sum(values) for pair in self._columns() for values in _signs(pair)]
        return nice_scale(min([*values, 0]), max([*values, 1]))

    @property
    def zero(self) -> str:
        return percent(self.scale.down(0))

    @property
    def grid(self) -> list[str]:
        """Where each line lies but that of zero."""
        scale = self.scale
        return [percent(scale.down(value)) for value in scale.steps if value]

    @property
    def ticks(self) -> list[str]:
        """The words of each line, zero among them, from above; they lie apart evenly."""
        return [self.show(value) for value in reversed(self.scale.steps)]

    @property
    def legend(self) -> list[tuple[int, str]]:
        return list(zip(self.tones, [one.label for one in self.series], strict=False))

    @property
    def bars(self) -> list[Bar]:
        scale = self.scale
        return [bar for place in range(len(self.labels)) for bar in self._bars_at(place, scale)]

    @property
    def lines(self) -> list[Line]:
        return [
            _line(self.kind, self._points(one), self.scale, tone)
            for one, tone in zip(self.series, self.tones, strict=False)
        ]

    @property
    def axis_labels(self) -> list[Label]:
        """The first, and each that stands far enough from the one before."""
        words, shown = self.short or self.labels, list[int]()
        for place in range(len(self.labels)):
            if not shown or self._middle(place) - self._middle(shown[-1]) >= LABEL_ROOM:
                shown.append(place)
        return [
            _label(100 * self._middle(place), words[place], is_spare=number % 2 == 1)
            for number, place in enumerate(shown)
        ]

    @property
    def table(self) -> list[tuple[str, list[str]]]:
        return [
            (label, [self.show(value) for value in values])
            for label, values in zip(self.labels, self._columns(), strict=True)
        ]

    @property
    def rows(self) -> list[Row]:
        columns = self._columns()
        longest = self.whole or max([sum(values) for values in columns] + [1])
        hrefs = [*self.hrefs, *[""] * len(self.labels)]
        return [
            Row(
                f"{self.name}-{number}",
                self.labels[number],
                hrefs[number],
                [self.show(value) for value in values],
                self._across(values, longest),
            )
            for number, values in enumerate(columns)
        ]

    @property
    def summary(self) -> str:
        """What the drawing says to somebody who does not see it."""
        return " ".join(filter(None, map(self._sentence, self.series)))

    def _sentence(self, one: Series) -> str:
        if not one.values:
            return ""
        top = max(one.values)
        return _("%(label)s: lowest %(low)s, highest %(top)s (%(when)s), last %(last)s.") % {
            "label": one.label,
            "low": self.show(min(one.values)),
            "top": self.show(top),
            "when": self.labels[list(one.values).index(top)],
            "last": self.show(one.values[-1]),
        }

    def _columns(self) -> list[tuple[int, ...]]:
        return list(zip(*[one.values for one in self.series], strict=True))

    def _middle(self, place: int) -> float:
        return self.places[place] if self.places else (place + 0.5) / len(self.labels)

    def _points(self, one: Series) -> list[tuple[float, int]]:
        middles = [self._middle(place) for place in range(len(self.labels))]
        return list(zip(middles, one.values, strict=True))

    def _bars_at(self, place: int, scale: Scale) -> Iterator[Bar]:
        """Stacked on the zero line, below it what is negative."""
        wide = min(WIDEST, 100 * (1 - GAP) / len(self.labels))
        left = 100 * self._middle(place) - wide / 2
        ends = {True: 0, False: 0}
        for one, tone in zip(self.series, self.tones, strict=False):
            value = one.values[place]
            start, ends[value >= 0] = ends[value >= 0], ends[value >= 0] + value
            upper = scale.down(max(start, start + value))
            lower = scale.down(min(start, start + value))
            if value:
                words = f"{self.labels[place]} · {one.label}: {self.show(value)}"
                yield _bar(left, upper, wide, lower - upper, tone, words, place == self.accent)

    def _across(self, values: Sequence[int], longest: int) -> list[Bar]:
        start, found = 0.0, []
        for value, one, tone in zip(values, self.series, self.tones, strict=False):
            wide = 100 * value / longest
            words = f"{one.label}: {self.show(value)}"
            found.append(_bar(start, 0, wide, 100, tone, words))
            start += wide
        return found


class Options(TypedDict, total=False):
    """What `Plot` reads beside its numbers."""

    head: str
    show: Show
    empty: str
    short: Sequence[str]
    hrefs: Sequence[str]
    accent: int | None
    whole: int | None
    tones: Sequence[int]


def bars(
    name: str, caption: str, labels: Sequence[str], *series: Series, **options: Unpack[Options]
) -> Plot:
    """Several series are stacked."""
    return Plot(PlotKind.BARS, name, caption, labels, series, **options)


def rows(
    name: str, caption: str, labels: Sequence[str], *series: Series, **options: Unpack[Options]
) -> Plot:
    """Lying bars below names that may be long, and may be links (`hrefs`); series are stacked."""
    return Plot(PlotKind.ROWS, name, caption, labels, series, **options)


def steps(
    name: str, caption: str, days: Sequence[date], *series: Series, **options: Unpack[Options]
) -> Plot:
    """What changes in jumps, such as a count; days may lie apart unevenly, oldest first."""
    return _over_time(PlotKind.STEPS, name, caption, days, series, options)


def line(
    name: str, caption: str, days: Sequence[date], *series: Series, **options: Unpack[Options]
) -> Plot:
    """What was measured on each of the days, oldest first."""
    return _over_time(PlotKind.LINE, name, caption, days, series, options)


def _over_time(
    kind: PlotKind,
    name: str,
    caption: str,
    days: Sequence[date],
    series: Sequence[Series],
    options: Options,
) -> Plot:
    labels = [date_format(day, "SHORT_DATE_FORMAT") for day in days]
    told: Options = {"head": _("Day"), "short": short_days(days), **options}
    return Plot(kind, name, caption, labels, series, places=_places(days), **told)


def short_days(days: Sequence[date]) -> list[str]:
    """For an axis: `3 Mar`, or `Mar 2026` where the days lie in several years."""
    one_year = not days or days[0].year == days[-1].year
    form = pgettext("date format", "j M") if one_year else pgettext("date format", "M Y")
    return [date_format(day, form) for day in days]


def nice_scale(low: int, high: int) -> Scale:
    """Round numbers around all values and zero, `low` ≤ 0 < `high`, with at most four lines."""
    for step in (digit * 10**power for power in count() for digit in (1, 2, 5)):
        bottom, top = low // step * step, -(-high // step) * step
        if (top - bottom) // step <= MOST_LINES:
            return Scale(bottom, top, step)
    raise AssertionError("steps grow without end")


def percent(share: float) -> str:
    """Written the same in every language: 33.333 → `33.33%`."""
    return f"{share:.2f}%"


def _bar(
    x: float, y: float, width: float, height: float, tone: int, words: str, is_accent: bool = False
) -> Bar:
    return Bar(percent(x), percent(y), percent(width), percent(height), tone, words, is_accent)


def _signs(values: Sequence[int]) -> tuple[list[int], list[int]]:
    return [value for value in values if value > 0], [value for value in values if value < 0]


def _label(at: float, words: str, *, is_spare: bool) -> Label:
    if at < EDGE:
        return Label("0%", words, "start", is_spare)
    if at > 100 - EDGE:
        return Label("100%", words, "end", is_spare)
    return Label(percent(at), words, "middle", is_spare)


def _places(days: Sequence[date]) -> list[float]:
    seconds = [_seconds(day) for day in days]
    length = (seconds[-1] - seconds[0]) if seconds else 0
    return [(second - seconds[0]) / length if length else 1.0 for second in seconds]


def _seconds(day: date) -> float:
    return day.timestamp() if isinstance(day, datetime) else day.toordinal() * 86_400.0


def _line(kind: PlotKind, points: Sequence[tuple[float, int]], scale: Scale, tone: int) -> Line:
    places = [(100 * across, scale.down(value)) for across, value in points]
    path = f"M{places[0][0]:.2f} {places[0][1]:.2f}"
    for x, y in places[1:]:
        path += f"H{x:.2f}V{y:.2f}" if kind == PlotKind.STEPS else f"L{x:.2f} {y:.2f}"
    (first_x, _first_y), (last_x, last_y) = places[0], places[-1]
    zero = scale.down(0)
    area = f"{path}V{zero:.2f}H{first_x:.2f}Z" if tone == 1 else ""
    return Line(path, area, tone, percent(last_x), percent(last_y))
