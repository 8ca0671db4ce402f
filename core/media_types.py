"""What a file is, by what it holds. Its name is a claim."""

import codecs
import re
import zipfile
from typing import BinaryIO

HEAD_BYTES = 4096
MAX_TEXT_BYTES = 20 * 1024 * 1024
TEXT, CAPTIONS, SUBRIP = "text/plain", "text/vtt", "application/x-subrip"
SVG, PDF, ZIP = "image/svg+xml", "application/pdf", "application/zip"
_office = "application/vnd.openxmlformats-officedocument."
# What lies inside a ZIP that is more than a ZIP
IN_ZIP = {
    "ppt/presentation.xml": f"{_office}presentationml.presentation",
    "word/document.xml": f"{_office}wordprocessingml.document",
    "xl/workbook.xml": f"{_office}spreadsheetml.sheet",
}
OPEN_DOCUMENT = re.compile(
    rb"application/vnd\.oasis\.opendocument\.(?:presentation|text|spreadsheet)|application/epub\+zip"
)
SIGNATURES = [
    (re.compile(rb"%PDF-1|%PDF-2"), PDF),
    (re.compile(rb"\x89PNG\r\n\x1a\n"), "image/png"),
    (re.compile(rb"\xff\xd8\xff"), "image/jpeg"),
    (re.compile(rb"GIF8[79]a"), "image/gif"),
    (re.compile(rb"RIFF....WEBP", re.DOTALL), "image/webp"),
    (re.compile(rb"....ftyp(?:avif|avis)", re.DOTALL), "image/avif"),
    (re.compile(rb"....ftyp(?:M4A|M4B)", re.DOTALL), "audio/mp4"),
    (re.compile(rb"....ftyp(?:iso|mp4|avc1|dash|M4V|MSNV|3gp|f4v)", re.DOTALL), "video/mp4"),
    (re.compile(rb"\x1aE\xdf\xa3.{1,80}B\x82.{1,8}webm", re.DOTALL), "video/webm"),
    (re.compile(rb"OggS"), "audio/ogg"),
    (re.compile(rb"ID3|\xff[\xfb\xf3\xf2]"), "audio/mpeg"),
    (re.compile(rb"RIFF....WAVE", re.DOTALL), "audio/wav"),
    (re.compile(rb"\x1f\x8b\x08"), "application/gzip"),
    (re.compile(rb"7z\xbc\xaf\x27\x1c"), "application/x-7z-compressed"),
]
_no_text = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")
_zip = re.compile(rb"PK(?:\x03\x04|\x05\x06)")
_svg = re.compile(
    r"\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*|<!DOCTYPE svg[^>]*>\s*)*<svg[\s>]", re.DOTALL
)
_subrip = re.compile(r"\s*\d+\s*\n\s*\d+:\d\d:\d\d,\d{1,3}\s*-->")


def media_type_of(file: BinaryIO) -> str | None:
    """The type of an open file, or None when it is none that we know. Reads its head; a text it
    reads to the end, to be sure that it is one."""
    file.seek(0)
    head = file.read(HEAD_BYTES)
    if _zip.match(head):
        return _inside_zip(file)
    for signature, media_type in SIGNATURES:
        if signature.match(head):
            return media_type
    return _text(file, head)


def _inside_zip(file: BinaryIO) -> str:
    """Reads the list of names and nothing of what they hold, save the word of an OpenDocument."""
    try:
        with zipfile.ZipFile(file) as archive:
            names = archive.NameToInfo
            for name, media_type in IN_ZIP.items():
                if name in names:
                    return media_type
            if "mimetype" in names and names["mimetype"].file_size < 100:
                found = OPEN_DOCUMENT.fullmatch(archive.read("mimetype").strip())
                return found[0].decode() if found else ZIP
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, ValueError, OSError, EOFError):
        pass
    return ZIP


def _text(file: BinaryIO, head: bytes) -> str | None:
    if not _is_text(file):
        return None
    start = head.decode("utf-8-sig", errors="ignore").replace("\r\n", "\n")
    if re.match(r"WEBVTT(?:[ \t\n]|$)", start):
        return CAPTIONS
    if _subrip.match(start):
        return SUBRIP
    return SVG if _svg.match(start) else TEXT


def _is_text(file: BinaryIO) -> bool:
    decoder = codecs.getincrementaldecoder("utf-8")()
    file.seek(0)
    length = 0
    try:
        while piece := file.read(64 * 1024):
            length += len(piece)
            if _no_text.search(piece) or length > MAX_TEXT_BYTES:
                return False
            decoder.decode(piece)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return length > 0
