"""Captions of a video: WebVTT checked line by line, SRT turned into WebVTT."""

import re
from collections.abc import Iterator, Sequence

from django.utils.translation import gettext as _, gettext_lazy

from core.errors import DomainError

MAX_BYTES = 2 * 1024 * 1024
_stamp = r"(?:(\d{2,}):)?([0-5]\d):([0-5]\d)\.(\d{3})"
_timing = re.compile(rf"{_stamp}[ \t]+-->[ \t]+{_stamp}(?:[ \t]+\S.*)?")
_srt_timing = re.compile(
    r"(\d{1,3}):(\d\d):(\d\d)[,.](\d{1,3})[ \t]*-->[ \t]*(\d{1,3}):(\d\d):(\d\d)[,.](\d{1,3})"
)
_no_cue = re.compile(r"(?:NOTE|STYLE|REGION)(?:[ \t]|$)")


class BrokenCaptions(DomainError):
    code = "broken_captions"
    message = gettext_lazy("Line %(line)s of the captions: %(problem)s")
    status = 400


def to_webvtt(data: bytes) -> str:
    """Valid WebVTT of WebVTT or SRT bytes. Raises BrokenCaptions, which names the line."""
    if len(data) > MAX_BYTES:
        raise BrokenCaptions(line=1, problem=_("The file is too long to be captions."))
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise BrokenCaptions(line=line, problem=_("This is not UTF-8. Save it as UTF-8.")) from None
    lines = text.replace("\r\n", "\n").replace("\r", "\n").replace("\x00", "\ufffd").split("\n")
    added = 0
    if not re.match(r"WEBVTT(?:[ \t]|$)", lines[0]):
        lines = ["WEBVTT", "", *_from_srt(lines)]
        added = 2
    _check(lines, first_line=1 - added)
    return "\n".join(lines).rstrip("\n") + "\n"


def _from_srt(lines: list[str]) -> list[str]:
    """The same lines with WebVTT's times: a number above a cue is its name there, too."""
    out: list[str] = []
    found = False
    for number, line in enumerate(lines, start=1):
        match = _srt_timing.match(line.strip())
        if match:
            found = True
            line = _webvtt_timing(match)
        elif "-->" in line:
            raise BrokenCaptions(line=number, problem=_wrong_time(line))
        out.append(line)
    if not found:
        raise BrokenCaptions(line=1, problem=_("The file must begin with WEBVTT, or be SRT."))
    return out


def _webvtt_timing(match: re.Match[str]) -> str:
    start, end = (
        f"{int(h):02}:{m}:{s}.{ms:0<3}" for h, m, s, ms in (match.groups()[:4], match.groups()[4:])
    )
    return f"{start} --> {end}"


def _check(lines: list[str], *, first_line: int) -> None:
    """Every cue has its times, in order."""
    last = -1
    for number, block in _blocks(lines, first_line):
        at = next((i for i, line in enumerate(block[:2]) if "-->" in line), None)
        if at is None:
            raise BrokenCaptions(line=number, problem=_("There is a text without its time."))
        found = _timing.fullmatch(block[at].strip())
        if not found:
            raise BrokenCaptions(line=number + at, problem=_wrong_time(block[at]))
        start, end = _milliseconds(found.groups()[:4]), _milliseconds(found.groups()[4:])
        if end <= start:
            raise BrokenCaptions(line=number + at, problem=_("It ends before it begins."))
        if start < last:
            problem = _("It begins before the one above it.")
            raise BrokenCaptions(line=number + at, problem=problem)
        last = start
    if last < 0:
        raise BrokenCaptions(line=1, problem=_("There are no captions in it."))


def _blocks(lines: list[str], first_line: int) -> Iterator[tuple[int, list[str]]]:
    """Cues with the number of their first line: what stands between blank lines, save the
    header, notes and styles."""
    block: list[str] = []
    for at, line in enumerate([*lines, ""]):
        if line.strip():
            block.append(line)
        elif block:
            begin = at - len(block)
            if begin > 0 and not _no_cue.match(block[0]):
                yield begin + first_line, block
            block = []


def _milliseconds(groups: Sequence[str | None]) -> int:
    hours, minutes, seconds, thousandths = (int(group or 0) for group in groups)
    return ((hours * 60 + minutes) * 60 + seconds) * 1000 + thousandths


def _wrong_time(line: str) -> str:
    return _("“%s” is no time such as 00:01:02.500 --> 00:01:04.000.") % line.strip()[:60]
