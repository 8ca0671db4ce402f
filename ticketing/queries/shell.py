"""What the scanner's page consists of: the same bytes for everybody, in each language."""

import hashlib
import json
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation

from core import offline

LANGUAGES = [code for code, _name in settings.LANGUAGES]
TEMPLATE = "ticketing/scanner.html"
STYLES = "css/scanner.css"
FOLDERS = ("img", "js/door", "js/scanner", "vendor/fonts", "vendor/zxing")


def page(language: str, *, version: str = "") -> str:
    """Neither a session nor a cookie has a say, for every device keeps this page."""
    with translation.override(language):
        others = [each for each in settings.LANGUAGES if each[0] != language]
        context = {"language": language, "others": others, "version": version}
        return render_to_string(TEMPLATE, context)


def page_version() -> str:
    """12 hex digits that change with any file or sentence of the page."""
    return shell()["version"]


def shell() -> dict[str, Any]:
    """Addresses and digests, for the service worker. Read once a process, but not in DEBUG."""
    return _build() if settings.DEBUG else _kept()


def _build() -> dict[str, Any]:
    files = offline.files([*offline.stylesheets(STYLES), *FOLDERS])
    everything = json.dumps([files, [page(language) for language in LANGUAGES]])
    version = hashlib.sha256(everything.encode()).hexdigest()[:12]
    pages = {
        reverse("ticketing:scanner-page", args=[language]): offline.integrity(
            page(language, version=version).encode()
        )
        for language in LANGUAGES
    }
    scope = reverse("ticketing:scanner")
    return {"version": version, "scope": scope, "pages": pages, "files": files}


_kept = lru_cache(maxsize=1)(_build)
