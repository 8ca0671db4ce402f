"""Pictures and videos of a document, and the few hosts whose players a page may show."""

import re
from html import escape
from typing import NamedTuple
from urllib.parse import parse_qs, urlsplit

from django.utils.translation import gettext as _


class Video(NamedTuple):
    host: str
    player: str


# For the policy of pages that show a document: whose frames they may hold
VIDEO_FRAMES = [
    "https://www.youtube-nocookie.com",
    "https://player.bilibili.com",
    "https://player.vimeo.com",
]
_youtube_id = re.compile(r"[\w-]{11}", re.ASCII)
_bilibili_path = re.compile(r"/video/(BV[0-9A-Za-z]{10}|av\d{1,12})/?", re.ASCII)
_vimeo_path = re.compile(r"/(?:video/)?(\d{1,12})/?", re.ASCII)


def find_video(url: str) -> Video | None:
    """The player of a link to one video at YouTube, Bilibili or Vimeo; of anything else, nothing."""
    try:
        parts = urlsplit(url)
        host = (parts.hostname or "").removeprefix("www.").removeprefix("m.")
    except ValueError:
        return None
    if parts.scheme not in {"http", "https"}:
        return None
    if host in {"youtube.com", "youtu.be"}:
        return _youtube(host, parts.path, parts.query)
    if host == "bilibili.com" and (found := _bilibili_path.fullmatch(parts.path)):
        name = "bvid" if found[1].startswith("BV") else "aid"
        player = f"{VIDEO_FRAMES[1]}/player.html?{name}={found[1].removeprefix('av')}"
        return Video("Bilibili", f"{player}&autoplay=0&danmaku=0")
    if host in {"vimeo.com", "player.vimeo.com"} and (found := _vimeo_path.fullmatch(parts.path)):
        return Video("Vimeo", f"{VIDEO_FRAMES[2]}/video/{found[1]}?dnt=1")
    return None


def _youtube(host: str, path: str, query: str) -> Video | None:
    if host == "youtu.be":
        key = path.strip("/")
    elif path == "/watch":
        key = parse_qs(query).get("v", [""])[0]
    else:
        folder, _slash, key = path.strip("/").partition("/")
        key = key if folder in {"embed", "shorts", "live"} else ""
    if not _youtube_id.fullmatch(key):
        return None
    return Video("YouTube", f"{VIDEO_FRAMES[0]}/embed/{key}")


def render_video(url: str, label: str, video: Video) -> str:
    """A link that a script may turn into the player once the reader asks for it: until then
    the host learns nothing."""
    title = label if label and not label.startswith("http") else _("Video on %s") % video.host
    return (
        f'<figure class="video-link"><a href="{escape(url)}" data-player="{escape(video.player)}">'
        f"{escape(title)}</a><figcaption>{video.host}</figcaption></figure>\n"
    )


def render_picture(src: str, alt: str, title: str = "") -> str:
    hint = f' title="{escape(title)}"' if title else ""
    return f'<img src="{escape(src)}" alt="{escape(alt)}"{hint} loading="lazy">'
