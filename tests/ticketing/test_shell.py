"""What the scanner's service worker keeps, and that it is what the server serves."""

import json
import re
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders
from django.urls import reverse

from core.offline import integrity
from ticketing.queries import shell


def listed(client):
    script = client.get(reverse("ticketing:scanner-worker")).content.decode()
    return json.loads(re.match(r"self\.SHELL = (.*);\n", script)[1])


@pytest.mark.parametrize("language", shell.LANGUAGES)
def test_page_is_listed_with_the_digest_of_its_bytes(client, language):
    address = reverse("ticketing:scanner-page", args=[language])

    page = client.get(address)

    assert listed(client)["pages"][address] == integrity(page.content)


def test_page_is_the_same_whoever_asks(client, admin_client):
    address = reverse("ticketing:scanner-page", args=["en"])
    client.cookies["theme"] = "dark"

    assert client.get(address).content == admin_client.get(address).content


def test_all_that_the_page_names_is_listed(client):
    page = client.get(reverse("ticketing:scanner-page", args=["en"])).content.decode()
    named = set(re.findall(r'"(/static/[^"]+)"', page))

    assert named - listed(client)["files"].keys() == set()


def test_all_that_its_modules_import_is_listed(client):
    files = listed(client)["files"]
    for url in [url for url in files if "/js/" in url]:
        text = Path(str(finders.find(url.removeprefix("/static/")))).read_text()
        for name in re.findall(r'from "(\.[^"]+)"', text):
            folder = url.rsplit("/", 1)[0]
            wanted = f"{folder}/{name.removeprefix('./')}"
            assert re.sub(r"/[^/]+/\.\./", "/", wanted) in files


def test_all_that_its_stylesheet_imports_is_listed(client):
    files = listed(client)["files"]
    text = (settings.BASE_DIR / "static/css/scanner.css").read_text()

    assert {f"/static/css/{name}" for name in re.findall(r'url\("(.+?)"\)', text)} <= files.keys()


def test_scanner_leads_to_the_page_in_the_visitors_language(client):
    answer = client.get(reverse("ticketing:scanner"), headers={"accept-language": "zh-CN"})

    assert answer.url == "/door/zh-hans/"


def test_a_language_that_nobody_speaks_is_not_there(client):
    assert client.get("/door/xx/").status_code == 404
    assert client.get("/door/xx/manifest.webmanifest").status_code == 404


def test_manifest_starts_the_page_in_its_language(client):
    manifest = client.get(reverse("ticketing:scanner-manifest", args=["zh-hans"])).json()

    assert manifest["start_url"] == "/door/zh-hans/"
    assert manifest["scope"] == "/door/"
