"""What names of files and folders tell: languages, an order, a title."""

import posixpath
import re

from courses.exchange.parsed import EN, ZH

_codes = {
    "zh": ZH, "cn": ZH, "zhcn": ZH, "zhhans": ZH, "zhs": ZH, "chs": ZH, "chinese": ZH,
    "中文": ZH, "简体中文": ZH,
    "en": EN, "enus": EN, "engb": EN, "eng": EN, "english": EN, "英文": EN,
}  # fmt: skip
_suffix = re.compile(
    r"[-_. ](zh[-_]?(?:cn|hans)|zh|cn|chs|chinese|简体中文|中文|en[-_]?(?:us|gb)|en|eng|english|英文)$",
    re.IGNORECASE,
)
_about_project = re.compile(
    r"(?:readme|licen[cs]e|contributing|code[-_]of[-_]conduct|changelog|security|authors|citation)\b",
    re.IGNORECASE,
)
_digits = re.compile(r"(\d+)")
_number = re.compile(r"^\d+(?:\.\d+)*[-_. ]+(?=\S)")
_index_names = {"readme", "index", "_index"}


def language_code(name: str) -> str:
    """`zh-CN`, `en`, `中文` → a language of ours, else empty."""
    return _codes.get(re.sub(r"[-_ ]", "", name).casefold(), "")


def split_language(stem: str) -> tuple[str, str]:
    """`README-cn` → (`README`, Chinese); (the whole, empty) when the name tells none."""
    match = _suffix.search(stem)
    if not match or not match.start():
        return stem, ""
    return stem[: match.start()], language_code(match[1])


def is_markdown(path: str) -> bool:
    return path.casefold().endswith((".md", ".markdown"))


def is_about_project(path: str) -> bool:
    """In the root: a license, how to contribute, and the like. A README only some sources mean so."""
    return "/" not in path and bool(_about_project.match(path))


def split_path(path: str) -> tuple[str, str]:
    """The path that all languages of a text share, and the language this one's name tells.

    `docs/zh/01-intro.md` and `docs/en/01-intro.md` share `docs/01-intro`; `a/README-CN.md` and
    `a/readme.md` share `a`. The root's own text has the empty path.
    """
    folder, file = posixpath.split(path)
    stem, language = split_language(posixpath.splitext(file)[0])
    if not language and language_code(stem) and "/" in path:
        stem, language = "index", language_code(stem)  # a/zh.md, a/en.md
    parts = []
    for part in filter(None, folder.split("/")):
        if language_code(part) and not language:
            language = language_code(part)
        else:
            parts.append(part)
    if stem.casefold() not in _index_names:
        parts.append(stem)
    return "/".join(parts), language


def natural(path: str) -> list[list[tuple[int, int, str]]]:
    """A sort key by which `2-b` stands before `10-a`, and a folder's text before what is in it."""
    return [
        [(0, int(bit), "") if bit.isdecimal() else (1, 0, bit) for bit in _digits.split(part)]
        for part in path.casefold().split("/")
        if part
    ]


def bare_name(path: str) -> str:
    """`basic/01-web3js-deploy` → `web3js-deploy`."""
    return _number.sub("", posixpath.basename(path))


def title_of_name(path: str) -> str:
    """`basic/01-web3js-deploy` → `Web3js deploy`."""
    words = " ".join(re.split(r"[-_\s]+", bare_name(path))).strip()
    return words[:1].upper() + words[1:] or posixpath.basename(path)
