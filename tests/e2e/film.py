"""A small WebM film, made here: each frame is the VP8 key frame of a WebP picture."""

import io
import struct

from PIL import Image

Color = tuple[int, int, int]


def element(name: str, data: bytes) -> bytes:
    return bytes.fromhex(name) + b"\x01" + len(data).to_bytes(7, "big") + data


def number(name: str, value: int) -> bytes:
    return element(name, value.to_bytes(8, "big"))


def color_at(second: int) -> Color:
    """Far enough from its neighbors to be told apart."""
    return (second * 67 % 200 + 30, second * 131 % 200 + 30, second * 29 % 200 + 30)


def film(seconds: int, *, size: int = 240, gap: int = 0) -> bytes:
    """One frame a second. `gap` bytes of nothing lie in its middle: no player reads so far ahead."""
    start = 100_000  # where clusters begin in the segment: behind room for what comes before
    clusters, cues, at = [], b"", start
    for second in range(seconds):
        if second == seconds // 2:
            clusters.append(element("EC", bytes(gap)))
            at += len(clusters[-1])
        clusters.append(_cluster(second, _frame(size, color_at(second))))
        place = element("B7", number("F7", 1) + number("F1", at))
        cues += element("BB", number("B3", second * 1000) + place)
        at += len(clusters[-1])
    head = _info(seconds) + _tracks(size) + element("1C53BB6B", cues)
    room = element("EC", bytes(start - len(head) - 9))
    segment = element("18538067", head + room + b"".join(clusters))
    return _header() + segment


def _header() -> bytes:
    words = element("4282", b"webm") + number("4287", 2) + number("4285", 2)
    return element("1A45DFA3", words)


def _info(seconds: int) -> bytes:
    duration = element("4489", struct.pack(">d", seconds * 1000.0))
    names = element("4D80", b"test") + element("5741", b"test")
    return element("1549A966", number("2AD7B1", 1_000_000) + duration + names)


def _tracks(size: int) -> bytes:
    video = element("E0", number("B0", size) + number("BA", size))
    words = number("D7", 1) + number("73C5", 1) + number("83", 1) + element("86", b"V_VP8")
    return element("1654AE6B", element("AE", words + video))


def _cluster(second: int, frame: bytes) -> bytes:
    block = element("A3", b"\x81\x00\x00\x80" + frame)
    return element("1F43B675", number("E7", second * 1000) + block)


def _frame(size: int, color: Color) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (size, size), color).save(out, "WEBP", quality=90)
    data = out.getvalue()
    start = data.index(b"VP8 ") + 8
    return data[start : start + int.from_bytes(data[start - 4 : start], "little")]
