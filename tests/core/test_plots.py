from datetime import UTC, date, datetime
from xml.etree import ElementTree

import pytest
from django.utils.translation import override
from hypothesis import given, strategies as st

from core.plots import Series, bars, line, nice_scale, rows, steps
from core.templatetags.plots import plot


@pytest.fixture(autouse=True)
def _english():
    with override("en"):
        yield


DAYS = [date(2026, 3, 1), date(2026, 3, 2), date(2026, 3, 11)]


@given(st.integers(-(10**12), 0), st.integers(1, 10**12))
def test_scale_holds_all_values_on_few_round_lines(low, high):
    scale = nice_scale(low, high)

    assert scale.low <= low <= 0 < high <= scale.high
    assert len(scale.steps) <= 5
    assert (scale.steps[0], scale.steps[-1]) == (scale.low, scale.high)
    assert str(scale.step).rstrip("0") in {"1", "2", "5"}


def test_bars_stand_on_the_axis_as_high_as_their_share():
    drawing = bars("n", "Sold", ["a", "b"], Series("Sold", [50, 100]))

    assert [(bar.y, bar.height) for bar in drawing.bars] == [
        ("50.00%", "50.00%"),
        ("0.00%", "100.00%"),
    ]
    assert drawing.zero == "100.00%"
    assert drawing.ticks == ["100", "50", "0"]


def test_stacked_bars_lie_on_one_another_and_what_is_negative_hangs_below():
    drawing = bars("n", "Money", ["a"], Series("In", [3]), Series("More", [1]), Series("Out", [-4]))

    assert [(bar.y, bar.height, bar.tone) for bar in drawing.bars] == [
        ("12.50%", "37.50%", 1),
        ("0.00%", "12.50%", 2),
        ("50.00%", "50.00%", 3),
    ]
    assert drawing.zero == "50.00%"


def test_nothing_is_drawn_for_zero():
    assert bars("n", "Sold", ["a"], Series("Sold", [0])).bars == []


def test_a_bar_is_marked_where_it_is_asked_for():
    drawing = bars("n", "Sold", ["a", "b"], Series("Sold", [1, 2]), accent=1)

    assert [bar.is_accent for bar in drawing.bars] == [False, True]


def test_points_lie_apart_as_their_days_do_and_steps_jump():
    seats = Series("Seats", [0, 1, 2])

    stepped, drawn = steps("n", "Seats", DAYS, seats), line("n", "Seats", DAYS, seats)

    assert stepped.lines[0].path == "M0.00 100.00H10.00V50.00H100.00V0.00"
    assert drawn.lines[0].path == "M0.00 100.00L10.00 50.00L100.00 0.00"
    assert stepped.lines[0].area == stepped.lines[0].path + "V100.00H0.00Z"
    assert [label.words for label in stepped.axis_labels] == [
        "1 Mar",
        "11 Mar",
    ]


def test_one_point_and_points_of_one_moment_are_drawn():
    at = datetime(2026, 3, 1, tzinfo=UTC)

    assert line("n", "x", [at], Series("x", [1])).lines[0].path == "M100.00 0.00"
    assert line("n", "x", [at, at], Series("x", [0, 1])).lines[0].end_y == "0.00%"


def test_labels_at_the_sides_stand_inside_and_few_are_shown():
    drawing = line("n", "x", [date(2026, 1, day) for day in range(1, 32)], Series("x", range(31)))

    labels = drawing.axis_labels
    assert len(labels) == 7
    assert (labels[0].anchor, labels[1].anchor, labels[-1].anchor) == ("start", "middle", "end")
    assert [label.is_spare for label in labels] == [False, True, False, True, False, True, False]


def test_rows_share_the_longest_or_what_is_whole():
    done, opened = Series("Completed", [3, 1]), Series("Opened", [1, 0])

    against_longest = rows("n", "Lessons", ["a", "b"], done, opened)
    against_all = rows("n", "Lessons", ["a", "b"], done, opened, whole=8)

    assert [bar.width for bar in against_longest.rows[0].bars] == ["75.00%", "25.00%"]
    assert [bar.x for bar in against_longest.rows[0].bars] == ["0.00%", "75.00%"]
    assert [bar.width for bar in against_all.rows[0].bars] == ["37.50%", "12.50%"]


def test_a_plot_says_in_words_what_it_draws_and_gives_its_numbers():
    drawing = bars("n", "Sold", ["Mon", "Tue"], Series("Sold", [1200, 7]), head="Day")

    assert drawing.summary == "Sold: lowest 7, highest 1,200 (Mon), last 7."
    assert drawing.table == [("Mon", ["1,200"]), ("Tue", ["7"])]


@pytest.mark.parametrize(
    "draw",
    [
        lambda: bars("n", "<b>", ["<i>"], Series("<u>", [2]), Series("b", [1]), head="<h>"),
        lambda: steps("n", "<b>", DAYS, Series("<u>", [1, 2, 3])),
        lambda: rows("n", "<b>", ["<i>"], Series("<u>", [1]), hrefs=["/x/"]),
    ],
)
def test_page_of_a_plot_is_wellformed_escaped_and_without_style(draw):
    html = plot(draw())

    root = ElementTree.fromstring(html)
    names = {one.get("id") for one in root.iter() if one.get("id")}
    for one in root.iter():
        assert set((one.get("aria-labelledby") or "").split()) <= names
    assert root.find("figcaption").text == "<b>"
    assert "style=" not in html
    assert "<b>" not in html


def test_nothing_to_draw_is_said_in_words():
    html = plot(bars("n", "Sold", [], Series("Sold", []), empty="Nothing sold yet."))

    assert "Nothing sold yet." in html
    assert "<svg" not in html
