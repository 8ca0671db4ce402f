"""What a file is by what it holds."""

import io
import zipfile

import pytest

from core.media_types import media_type_of


def zipped(**files):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, text in files.items():
            archive.writestr(name.replace("__", "/").replace("_DOT_", "."), text)
    return out.getvalue()


@pytest.mark.parametrize(
    ("data", "media_type"),
    [
        (b"%PDF-1.7\n", "application/pdf"),
        (b"\x89PNG\r\n\x1a\n...", "image/png"),
        (b"\xff\xd8\xff\xe0", "image/jpeg"),
        (b"RIFF\x00\x00\x00\x00WEBPVP8 ", "image/webp"),
        (b"\x00\x00\x00\x20ftypisom\x00", "video/mp4"),
        (b"\x00\x00\x00\x20ftypmp42\x00", "video/mp4"),
        (
            b"\x1aE\xdf\xa3\x9fB\x86\x81\x01B\xf7\x81\x01B\xf2\x81\x04B\xf3\x81\x08B\x82\x84webm",
            "video/webm",
        ),
        (b"ID3\x04", "audio/mpeg"),
        (b"\x1f\x8b\x08\x00", "application/gzip"),
        (zipped(a="x"), "application/zip"),
        (b"PK\x03\x04 and no directory", "application/zip"),
        (
            zipped(ppt__presentation_DOT_xml="<x/>"),
            "application/vnd.openxmlformats-officedocument.presentationml.presentation",
        ),
        (
            zipped(mimetype="application/vnd.oasis.opendocument.presentation"),
            "application/vnd.oasis.opendocument.presentation",
        ),
        (zipped(mimetype="text/html"), "application/zip"),
        (b"WEBVTT\n\n00:01.000 --> 00:02.000\nx", "text/vtt"),
        (b"\xef\xbb\xbf1\r\n00:00:01,000 --> 00:00:02,000\r\nx", "application/x-subrip"),
        (b'<?xml version="1.0"?>\n<!-- x -->\n<svg xmlns="a">', "image/svg+xml"),
        (b"<html><script>alert(1)</script>", "text/plain"),
        ("合约".encode(), "text/plain"),
        (b"", None),
        (b"\x7fELF\x02\x01\x01\x00", None),
        (b"MZ\x90\x00\x03\x00", None),
        (b"text\x00text", None),
        ("合约".encode("gbk"), None),
    ],
)
def test_a_file_is_what_it_holds(data, media_type):
    assert media_type_of(io.BytesIO(data)) == media_type
