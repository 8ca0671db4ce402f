"""People who buy over HTTP, and try again when nobody answers."""

import re
import time
from dataclasses import dataclass, field
from random import Random
from threading import Condition
from urllib.parse import urlsplit

import requests

from tests.crash.house import House
from ticketing.models import TicketType

PATIENCE_SECONDS = 120
HIDDEN = re.compile(r'<input type="hidden" name="([\w-]+)" value="([^"]*)"')
UNIT = re.compile(r'name="units" value="(\w+)"')
WAY_BACK = re.compile(r"/orders/[0-9a-f-]{36}/")
# What people do, and how many of a hundred do it; the first five pay, see the sandbox's buttons
FATES = {
    "pay": 42, "twice": 8, "reversed": 6, "lost": 10, "decline": 8, "return": 12,
    "abandon": 9, "cancel": 5,
}  # fmt: skip


def draw_fates(chance: Random, number: int) -> list[str]:
    return chance.choices(list(FATES), list(FATES.values()), k=number)


@dataclass
class Traffic:
    """Counts what everybody asked for, and how often no answer came."""

    asked: int = 0
    cut: int = 0
    is_over: bool = False
    news: Condition = field(default_factory=Condition)

    def count(self, *, is_cut: bool = False) -> None:
        with self.news:
            self.asked += not is_cut
            self.cut += is_cut
            self.news.notify_all()

    def wait_for(self, asked: int) -> None:
        """Until so much was asked, or nobody asks any more."""
        with self.news:
            self.news.wait_for(lambda: self.asked >= asked or self.is_over)

    def end(self) -> None:
        with self.news:
            self.is_over = True
            self.news.notify_all()


class Buyer:
    """One visitor with one wish."""

    def __init__(self, house: House, kind: TicketType, traffic: Traffic, number: int) -> None:
        self.house, self.kind, self.traffic, self.number = house, kind, traffic, number
        self.client = requests.Session()

    def ask(self, method: str, url: str, **options: dict) -> requests.Response:
        """Until an answer comes. What nobody answered may have been done nevertheless."""
        until = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < until:
            self.traffic.count()
            try:
                answer = self.client.request(
                    method, url, allow_redirects=False, timeout=20, **options
                )
                if answer.status_code < 500:
                    return answer
            except requests.RequestException:
                self.traffic.count(is_cut=True)
            time.sleep(0.05)
        raise AssertionError(f"no answer in {PATIENCE_SECONDS} s")

    def live(self, fate: str) -> None:
        with self.client:
            page = self.order()
            while page and urlsplit(page).path.startswith("/orders/"):
                page = self.ask_for_payment_page(urlsplit(page).path)
            if page:
                self.end(self.house.gateway_url + urlsplit(page).path, fate)

    def order(self) -> str:
        """The same form until it is answered. The way to the payment page; empty: sold out."""
        address = f"{self.house.url}/events/{self.kind.event.slug}/checkout/"
        wanted = {f"quantity-{self.kind.public_id}": "1"}
        form = self.ask("GET", address, params=wanted)
        typed = {"name": f"Guest {self.number}", "email": f"guest{self.number}@example.com"}
        data = dict(HIDDEN.findall(form.text)) | wanted | typed
        return self.ask("POST", address, data=data).headers.get("Location", "")

    def ask_for_payment_page(self, order: str) -> str:
        """The gateway had not answered, or the hold ran out meanwhile: then there is none."""
        shown = self.ask("GET", self.house.url + order)
        if f"{order}pay/" not in shown.text:
            return ""
        data = dict(HIDDEN.findall(shown.text))
        return self.ask("POST", f"{self.house.url}{order}pay/", data=data).headers["Location"]

    def end(self, page: str, fate: str) -> None:
        if fate == "abandon":
            return
        if fate == "cancel":
            order = self.house.url + WAY_BACK.findall(self.ask("GET", page).text)[0]
            form = self.ask("GET", f"{order}cancel/")
            self.ask("POST", f"{order}cancel/", data=dict(HIDDEN.findall(form.text)))
            return
        if fate == "decline":
            self.press(page, "decline")
        way_back = self.press(page, fate if fate in {"twice", "reversed", "lost"} else "pay")
        if WAY_BACK.match(urlsplit(way_back).path):
            self.come_back(urlsplit(way_back).path, fate)

    def press(self, page: str, outcome: str) -> str:
        hidden = dict(HIDDEN.findall(self.ask("GET", page).text))
        data = hidden | {"outcome": outcome, "method": "card"}
        return self.ask("POST", page, data=data).headers.get("Location", "")

    def come_back(self, order: str, fate: str) -> None:
        """Whom the shop shall not hear of closes the window; others look whether it worked."""
        if fate == "lost":
            return
        self.ask("GET", f"{self.house.url}{order}?returned=1")
        if fate == "return":
            self.give_back(f"{self.house.url}{order}return/")

    def give_back(self, address: str) -> None:
        form = self.ask("GET", address)
        units = UNIT.findall(form.text)
        if not units:  # not told yet that it was paid: then they keep it
            return
        data = dict(HIDDEN.findall(form.text)) | {"units": units[0]}
        confirmed = self.ask("POST", address, data=data)
        self.ask("POST", address, data=dict(HIDDEN.findall(confirmed.text)))
