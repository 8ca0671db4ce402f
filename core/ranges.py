"""Parts of a file over HTTP (RFC 9110, 14): one range at a time, never the whole in memory."""

import re
from collections.abc import Callable, Iterator
from typing import BinaryIO, NamedTuple

from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.utils.cache import get_conditional_response

PIECE_BYTES = 128 * 1024
_one_range = re.compile(r"bytes=[ \t]*(\d{0,18})-(\d{0,18})[ \t]*", re.ASCII | re.IGNORECASE)


class Part(NamedTuple):
    """Bytes `first` to `last`, both sent."""

    first: int
    last: int

    @property
    def length(self) -> int:
        return self.last - self.first + 1


class NotSatisfiable(Exception):
    """The range begins behind the end."""


def parse_range(header: str, size: int) -> Part | None:
    """The one part that `header` asks for; None where it asks for none, for several or for
    nothing that makes sense, and the whole is the answer. Raises NotSatisfiable."""
    found = _one_range.fullmatch(header)
    if not found or size == 0 or not (found[1] or found[2]):
        return None
    if not found[1]:
        length = min(int(found[2]), size)
        if length == 0:
            raise NotSatisfiable
        return Part(size - length, size - 1)
    first, last = int(found[1]), int(found[2]) if found[2] else size - 1
    if found[2] and last < first:
        return None
    if first >= size:
        raise NotSatisfiable
    return Part(first, min(last, size - 1))


def read_pieces(file: BinaryIO, part: Part) -> Iterator[bytes]:
    """The part in pieces; closes the file also when the reader leaves in the middle."""
    with file:
        file.seek(part.first)
        left = part.length
        while left > 0 and (piece := file.read(min(PIECE_BYTES, left))):
            left -= len(piece)
            yield piece


def asked_part(request: HttpRequest, size: int, etag: str) -> Part | None:
    """The range that this request may have: only of GET, and only of what If-Range names."""
    header, condition = request.headers.get("range", ""), request.headers.get("if-range", etag)
    if request.method != "GET" or condition != etag:
        return None
    return parse_range(header, size)


def file_response(
    request: HttpRequest,
    *,
    open_file: Callable[[], BinaryIO],
    size: int,
    etag: str,
    media_type: str,
) -> HttpResponseBase:
    """200, 206, 304, 412 or 416. `etag` is strong and quoted; the file is opened only to be sent."""
    if refused_or_unchanged := get_conditional_response(request, etag=etag):
        refused_or_unchanged["ETag"] = etag
        return refused_or_unchanged
    try:
        part = asked_part(request, size, etag)
    except NotSatisfiable:
        refused = HttpResponse(status=416)
        refused["Content-Range"] = f"bytes */{size}"
        return refused
    whole = Part(0, size - 1)
    response: HttpResponseBase
    if request.method == "HEAD" or size == 0:
        response = HttpResponse(content_type=media_type)
    else:
        pieces = read_pieces(open_file(), part or whole)
        response = StreamingHttpResponse(pieces, content_type=media_type)
    if part:
        response.status_code = 206
        response["Content-Range"] = f"bytes {part.first}-{part.last}/{size}"
    response["Content-Length"] = str((part or whole).length)
    response["Accept-Ranges"] = "bytes"
    response["ETag"] = etag
    return response
