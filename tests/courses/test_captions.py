"""Captions: checked line by line, and made WebVTT."""

import pytest
from hypothesis import given, strategies as st

from courses.captions import BrokenCaptions, to_webvtt

CUE = "00:01.000 --> 00:02.000"


@pytest.mark.parametrize(
    ("data", "wanted"),
    [
        (f"WEBVTT\n\n{CUE}\nHello", f"WEBVTT\n\n{CUE}\nHello\n"),
        (
            f"\ufeffWEBVTT - title\r\n\r\n{CUE} align:left\r\n你好\r\n",
            f"WEBVTT - title\n\n{CUE} align:left\n你好\n",
        ),
        (f"WEBVTT\n\nNOTE no cue\n\nSTYLE\n::cue {{}}\n\nname\n{CUE}\nx", None),
        (
            "1\n0:00:01,5 --> 00:00:02,250\nA\n\n2\n00:00:03,000 --> 00:00:04,000\nB",
            "WEBVTT\n\n1\n00:00:01.500 --> 00:00:02.250\nA\n\n2\n00:00:03.000 --> 00:00:04.000\nB\n",
        ),
    ],
)
def test_captions_become_webvtt(data, wanted):
    assert to_webvtt(data.encode()) == (wanted or f"{data}\n")


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        ("", "Line 1 of the captions: The file must begin with WEBVTT, or be SRT."),
        ("WEBVTT\n", "Line 1 of the captions: There are no captions in it."),
        (
            "WEBVTT\n\n00:01 --> 00:02\nx",
            (
                "Line 3 of the captions: “00:01 --> 00:02” is no time such as"
                " 00:01:02.500 --> 00:01:04.000."
            ),
        ),
        (
            f"WEBVTT\n\n{CUE}\nx\n\n00:02.000 --> 00:01.500\ny",
            "Line 6 of the captions: It ends before it begins.",
        ),
        (
            f"WEBVTT\n\n00:05.000 --> 00:06.000\nx\n\n{CUE}\ny",
            "Line 6 of the captions: It begins before the one above it.",
        ),
        ("WEBVTT\n\nno time here", "Line 3 of the captions: There is a text without its time."),
        (
            "1\n00:00:05,000 --> 00:00:04,000\nx",
            "Line 2 of the captions: It ends before it begins.",
        ),
    ],
)
def test_broken_captions_name_the_line(data, problem):
    with pytest.raises(BrokenCaptions) as refused:
        to_webvtt(data.encode())

    assert str(refused.value) == problem


def test_captions_that_are_not_utf_8_name_the_line():
    with pytest.raises(BrokenCaptions) as refused:
        to_webvtt("WEBVTT\n\n你好".encode("gbk"))

    assert refused.value.params["line"] == 3


@given(st.binary(max_size=200))
def test_no_bytes_break_it(data):
    for start in (b"", b"WEBVTT\n\n", b"1\n00:00:01,000 --> 00:00:02,000\n"):
        try:
            text = to_webvtt(start + data)
        except BrokenCaptions:
            continue
        assert to_webvtt(text.encode()) == text
