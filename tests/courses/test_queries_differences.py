from hypothesis import given, strategies as st

from courses.queries.differences import ADDED, CHANGED, GAP, REMOVED, SAME, Line, Piece, difference

TEXTS = st.lists(st.sampled_from(["", "a", "a b", "区块链", "一个区块", "x = 1"]), max_size=12).map(
    "\n".join
)


def shown(lines):
    return [(line.kind, "".join(piece.text for piece in line.pieces)) for line in lines]


def test_the_same_text_has_no_difference():
    assert difference("One.\nTwo.\n", "One.\r\nTwo.") == []


def test_a_changed_word_is_marked_in_its_line():
    assert difference("a hash of a block", "a hash of the block") == [
        Line(
            CHANGED,
            [
                Piece(SAME, "a hash of "),
                Piece(REMOVED, "a"),
                Piece(ADDED, "the"),
                Piece(SAME, " block"),
            ],
        )
    ]


def test_chinese_is_compared_character_by_character():
    assert difference("每个区块指向前一个", "每个区块都指向前一个") == [
        Line(CHANGED, [Piece(SAME, "每个区块"), Piece(ADDED, "都"), Piece(SAME, "指向前一个")])
    ]


def test_a_line_that_became_another_is_shown_as_both():
    assert shown(difference("Alpha beta", "零知识证明")) == [
        (REMOVED, "Alpha beta"),
        (ADDED, "零知识证明"),
    ]


def test_a_first_text_is_all_new():
    assert shown(difference("", "One\n\nTwo")) == [(ADDED, "One"), (ADDED, ""), (ADDED, "Two")]


def test_long_runs_without_a_change_become_a_gap():
    old = "\n".join(str(number) for number in range(12))

    lines = difference(old, f"{old}\nnew")

    assert [(line.kind, line.left_out) for line in lines] == [
        (GAP, 10),
        (SAME, 0),
        (SAME, 0),
        (ADDED, 0),
    ]


def test_a_line_of_a_megabyte_is_shown_whole():
    assert [line.kind for line in difference("a b " * 250_000, "b a " * 250_000)] == [
        REMOVED,
        ADDED,
    ]


def read_off(lines, without, whole):
    """One of the two texts as the difference tells it; a gap stands for lines of `whole`."""
    text: list[str] = []
    for line in lines:
        if line.kind == GAP:
            text += whole[len(text) : len(text) + line.left_out]
        elif line.kind != without:
            text.append("".join(piece.text for piece in line.pieces if piece.kind != without))
    return text


@given(TEXTS, TEXTS)
def test_both_texts_can_be_read_off_the_difference(old, new):
    before, after = old.rstrip("\n").split("\n"), new.rstrip("\n").split("\n")
    lines = difference(old, new)

    if lines and old.strip() and new.strip():
        assert read_off(lines, REMOVED, after) == after
        assert [line for line in read_off(lines, ADDED, before) if line] == [
            line for line in before if line
        ]
