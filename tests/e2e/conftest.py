"""A real browser against a real server: Debian's Chromium, driven by Playwright."""

import io
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Browser, ConsoleMessage, Page, Playwright, sync_playwright

from tests.services import chromium

FLAGS = [
    "--no-sandbox",  # it does not start as root otherwise
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-quic",
    "--disable-sync",
    "--disable-background-networking",
    "--disable-component-update",
    "--no-first-run",
    "--hide-scrollbars",
]
# A visitor who goes on before all is loaded; what a browser asks of a page without HTML
HARMLESS = ["net::ERR_ABORTED", "/favicon.ico"]
CAMERA = ["--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream"]
FRAME = (640, 480)
DESK = {"viewport": {"width": 1280, "height": 900}}
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}

# Opens a page on the test's server: keyword arguments as of Playwright's `new_context`
OpenPage = Callable[..., Page]


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    # Playwright keeps an event loop in this thread, in which Django then refuses its ORM.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    with sync_playwright() as started:
        yield started


def launch(playwright: Playwright, *flags: str) -> Browser:
    return playwright.chromium.launch(executable_path=chromium(), args=[*FLAGS, *flags])


@pytest.fixture(scope="session")
def browser(playwright: Playwright) -> Iterator[Browser]:
    browser = launch(playwright)
    yield browser
    browser.close()


class Complaints:
    """What a page said to its console, threw, or could not load."""

    def __init__(self) -> None:
        self.heard: list[str] = []

    def listen(self, page: Page) -> None:
        page.on("console", self.hear)
        page.on("pageerror", lambda error: self.add(str(error)))
        page.on("requestfailed", lambda failed: self.add(f"{failed.url} {failed.failure}"))

    def hear(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self.add(f"{message.text} {message.location['url']}")

    def add(self, text: str) -> None:
        if not any(harmless in text for harmless in HARMLESS):
            self.heard.append(text)


@pytest.fixture
def complaints() -> Iterator[Complaints]:
    """Fails the test on what it heard; empty `heard` where a test provokes an error on purpose."""
    complaints = Complaints()
    yield complaints
    assert complaints.heard == []


@pytest.fixture
def site(live_server, settings) -> str:
    """The address of a threaded server, static files included, at which mails and gateway call."""
    settings.SITE_URL = live_server.url
    settings.STRIPE_API_BASE = f"{live_server.url}/sandbox/stripe"
    settings.SANDBOX_WEBHOOK_URL = f"{live_server.url}/webhooks/stripe/"
    settings.CSRF_TRUSTED_ORIGINS = [live_server.url]
    return live_server.url


def new_page(browser: Browser, site: str, complaints: Complaints, **options) -> Page:
    options = {"locale": "en-US", "reduced_motion": "reduce", **DESK, **options}
    context = browser.new_context(base_url=site, **options)
    context.set_default_timeout(20_000)  # a loaded machine is no failure
    page = context.new_page()
    complaints.listen(page)
    return page


@pytest.fixture
def open_page(browser: Browser, site: str, complaints: Complaints) -> Iterator[OpenPage]:
    """Open a page of its own visitor: `open_page(**PHONE, locale="zh-CN")`."""
    pages: list[Page] = []

    def open_one(**options) -> Page:
        pages.append(new_page(browser, site, complaints, **options))
        return pages[-1]

    yield open_one
    for page in pages:
        page.context.close()


@pytest.fixture
def page(open_page: OpenPage) -> Page:
    return open_page()


def film(picture: bytes, file: Path) -> Path:
    """A still picture as the MJPEG film that Chromium's fake camera plays."""
    image = Image.open(io.BytesIO(picture)).convert("RGB")
    image.thumbnail((FRAME[0] - 80, FRAME[1] - 80))
    frame = Image.new("RGB", FRAME, "white")
    frame.paste(image, ((FRAME[0] - image.width) // 2, (FRAME[1] - image.height) // 2))
    with file.open("wb") as mjpeg:
        for _ in range(10):
            frame.save(mjpeg, "JPEG", quality=95)
    return file


@pytest.fixture
def open_page_with_camera(
    playwright: Playwright, site: str, complaints: Complaints, tmp_path: Path
) -> Iterator[OpenPage]:
    """Open a page whose camera sees a picture (PNG bytes): `open_page_with_camera(png, **PHONE)`."""
    browsers: list[Browser] = []

    def open_one(picture: bytes, **options) -> Page:
        seen = film(picture, tmp_path / f"camera-{len(browsers)}.mjpeg")
        browsers.append(launch(playwright, *CAMERA, f"--use-file-for-fake-video-capture={seen}"))
        return new_page(browsers[-1], site, complaints, permissions=["camera"], **options)

    yield open_one
    for browser in browsers:
        browser.close()
