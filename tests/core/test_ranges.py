"""Parts of a file: what RFC 9110 says of Range, If-Range, If-None-Match and HEAD."""

import io

import pytest
from django.test import RequestFactory
from hypothesis import given, strategies as st

from core.ranges import NotSatisfiable, Part, file_response, parse_range

DATA = bytes(range(10))
ETAG = '"a"'


@given(first=st.integers(0, 40), last=st.none() | st.integers(0, 40), size=st.integers(0, 30))
def test_a_range_is_the_slice_it_names(first, last, size):
    header = f"bytes={first}-{'' if last is None else last}"
    data = bytes(range(size))
    wanted = data[first : None if last is None else last + 1]

    if size == 0 or (last is not None and last < first):
        assert parse_range(header, size) is None
    elif not wanted:
        with pytest.raises(NotSatisfiable):
            parse_range(header, size)
    else:
        part = parse_range(header, size)
        assert data[part.first : part.last + 1] == wanted
        assert part.length == len(wanted)


@given(length=st.integers(0, 40), size=st.integers(1, 30))
def test_a_suffix_is_the_end_of_the_file(length, size):
    if length == 0:
        with pytest.raises(NotSatisfiable):
            parse_range("bytes=-0", size)
    else:
        assert parse_range(f"bytes=-{length}", size) == Part(max(size - length, 0), size - 1)


@given(st.text(st.sampled_from("bytes=0123456789-, \t;x٣")))
def test_no_header_breaks_it(text):
    try:
        part = parse_range(f"bytes={text}", 10)
    except NotSatisfiable:
        return
    assert part is None or 0 <= part.first <= part.last <= 9


@pytest.mark.parametrize(
    "header",
    [
        "bytes=0-1,4-5",
        "bytes=-",
        "bytes=",
        "items=0-1",
        "bytes 0-1",
        "bytes=5-2",
        "bytes=" + "9" * 5000,
    ],
)
def test_what_makes_no_sense_or_asks_for_several_is_answered_with_the_whole(header):
    assert parse_range(header, 10) is None


def ask(method="get", **headers):
    opened = []

    def open_file():
        opened.append(io.BytesIO(DATA))
        return opened[-1]

    request = getattr(RequestFactory(), method)("/", headers=headers)
    response = file_response(
        request, open_file=open_file, size=len(DATA), etag=ETAG, media_type="video/mp4"
    )
    body = b"".join(response) if response.streaming else response.content
    response.close()
    assert all(file.closed for file in opened)
    return response, body


@pytest.mark.parametrize(
    ("headers", "status", "body"),
    [
        ({}, 200, DATA),
        ({"range": "bytes=2-4"}, 206, DATA[2:5]),
        ({"range": "bytes=-3"}, 206, DATA[-3:]),
        ({"range": "bytes=10-"}, 416, b""),
        ({"range": "bytes=2-4", "if-range": '"a"'}, 206, DATA[2:5]),
        ({"range": "bytes=2-4", "if-range": '"b"'}, 200, DATA),
        ({"range": "bytes=2-4", "if-range": 'W/"a"'}, 200, DATA),
        ({"range": "bytes=2-4", "if-range": "Wed, 25 Nov 2026 10:00:00 GMT"}, 200, DATA),
        ({"if-none-match": '"b", W/"a"'}, 304, b""),
        ({"if-none-match": '"a"', "range": "bytes=2-4"}, 304, b""),
        ({"if-match": '"b"'}, 412, b""),
    ],
)
def test_the_answer_to(headers, status, body):
    response, got = ask(**headers)

    assert (response.status_code, got) == (status, body)


def test_a_part_says_where_it_lies():
    response, _body = ask(range="bytes=2-4")

    assert response["Content-Range"] == "bytes 2-4/10"
    assert (response["Content-Length"], response["ETag"]) == ("3", ETAG)


def test_what_did_not_change_is_named():
    response, _body = ask(**{"if-none-match": ETAG})

    assert response["ETag"] == ETAG


def test_a_range_behind_the_end_is_told_the_length():
    response, _body = ask(range="bytes=99-")

    assert response["Content-Range"] == "bytes */10"


def test_head_is_told_everything_and_sent_nothing():
    response, body = ask("head", range="bytes=2-4")

    assert (response.status_code, body, response["Content-Length"]) == (200, b"", "10")
    assert response["Accept-Ranges"] == "bytes"
