"""A phone at the door as the scanner's page is one: it decides by the same rule, keeps what it
must not lose before it shows anything, and speaks to the real API, through a bad network."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random
from typing import Any
from uuid import uuid4

from django.test import Client

from ticketing.verdicts import Admission, Facts, KnownList, KnownTicket, Verdict, decide

API = "/api/v1/door/"
STATUSES = ["held", "valid", "canceled"]
BATCH, PAGE = 100, 700


class NoAnswer(Exception):
    """The request or its answer was lost: the phone cannot tell which."""


class Crash(Exception):
    """The page is gone in the midst of something; what is on disk stays."""


@dataclass
class Disk:
    """What survives a crash. Each assignment here is one transaction of the phone's database."""

    cursor: str = ""
    door: dict[str, Any] = field(default_factory=dict)
    rows: dict[str, list[Any]] = field(default_factory=dict)  # by label
    queue: list[dict[str, Any]] = field(default_factory=list)
    own: dict[str, dict[str, Any]] = field(default_factory=dict)  # admissions by nonce


class Phone:
    def __init__(self, secret: str, chance: Random, *, clock_error_ms: int) -> None:
        self.client = Client(headers={"authorization": f"Bearer {secret}"})
        self.chance, self.clock_error_ms = chance, clock_error_ms
        self.offset_ms = clock_error_ms + chance.randint(-300, 300)  # as it was measured
        self.disk = Disk()
        self.is_online = True
        self.lost_answers = self.crashes = 0
        self.shown: list[tuple[str, str]] = []  # (nonce, hash) of every green
        self.faults = 0.08

    # the network

    def ask(self, method: str, path: str, **body: Any) -> dict[str, Any]:
        if not self.is_online or self.chance.random() < self.faults:
            raise NoAnswer
        send = getattr(self.client, method)
        if method == "get":
            response = send(API + path, body)
        else:
            response = send(API + path, json.dumps(body), content_type="application/json")
        assert response.status_code < 300, response.content
        if self.chance.random() < self.faults:
            self.lost_answers += 1
            raise NoAnswer
        return response.json()

    def crash(self) -> None:
        """Now and then, wherever this is called."""
        if self.chance.random() < self.faults / 8:
            self.crashes += 1
            raise Crash

    # what it knows

    def sync(self) -> None:
        """Page by page; a crash in between goes on from there. What was handed in before is in
        the server's rows by then."""
        settled = [nonce for nonce, own in self.disk.own.items() if own["sent"]]
        is_done = False
        while not is_done:
            page = self.ask("get", "sync/", cursor=self.disk.cursor, limit=PAGE)
            rows = {} if page["reset"] else dict(self.disk.rows)
            rows |= {row[1]: row for row in page["tickets"]}
            self.disk.rows, self.disk.door = rows, page["door"]
            self.disk.cursor = page["cursor"]
            is_done = not page["more"]
            self.crash()
        for nonce in settled:
            self.disk.own.pop(nonce, None)

    def facts(self, hash_: str, now_ms: int, signature: str) -> Facts:
        row, is_replaced = self.find(hash_)
        admissions = [Admission(*each) for each in (row[5] if row and len(row) > 5 else [])]
        for own in self.disk.own.values():
            if own["hash"] == hash_:
                admissions.append(Admission(own["list"], own["at_ms"]))
        lists = [
            KnownList(each["id"], each["types"], each["from_ms"], each["until_ms"], each["reentry"])
            for each in self.disk.door["lists"]
        ]
        ticket = KnownTicket(STATUSES[row[3]], row[2], is_replaced) if row else None
        return Facts(
            self.disk.door["event"]["status"],
            now_ms,
            lists,
            ticket,
            admissions,
            signature,
            type=self.disk.door["types"][0]["id"],
        )

    def find(self, hash_: str) -> tuple[list[Any] | None, bool]:
        if not hasattr(self, "_index") or self._index[0] is not self.disk.rows:
            by_hash: dict[str, tuple[list[Any], bool]] = {}
            for row in self.disk.rows.values():
                by_hash[row[0]] = (row, False)
                for old in row[6] if len(row) > 6 else []:
                    by_hash.setdefault(old, (row, True))
            self._index = (self.disk.rows, by_hash)
        return self._index[1].get(hash_, (None, False))

    # scanning

    def scan(self, token: str, hash_: str, at_ms: int, *, signature: str = "good") -> None:
        nonce, device_ms = str(uuid4()), at_ms + self.clock_error_ms
        try:
            self.scan_online(token, nonce, device_ms, hash_)
        except NoAnswer:
            self.scan_offline(nonce, device_ms, hash_, signature)

    def scan_online(self, token: str, nonce: str, device_ms: int, hash_: str) -> None:
        if not self.disk.door:
            raise NoAnswer
        answer = self.ask(
            "post",
            "scan/",
            code=token,
            nonce=nonce,
            device_ms=device_ms,
            clock_offset_ms=self.offset_ms,
        )
        if answer["kind"] == "in":
            self.keep_own(nonce, hash_, answer["list"], device_ms, is_sent=True)
            self.crash()
            self.shown.append((nonce, hash_))

    def scan_offline(self, nonce: str, device_ms: int, hash_: str, signature: str) -> None:
        now_ms = device_ms - self.offset_ms
        verdict = decide(self.facts(hash_, now_ms, signature))
        self.crash()
        self.disk.queue.append(self.queued(nonce, device_ms, hash_, verdict))
        if verdict.kind != "in":
            return
        self.keep_own(nonce, hash_, verdict.list or "", device_ms)
        self.crash()
        self.shown.append((nonce, hash_))

    def queued(self, nonce: str, device_ms: int, hash_: str, verdict: Verdict) -> dict[str, Any]:
        return {
            "nonce": nonce,
            "kind": verdict.kind,
            "reason": verdict.reason,
            "hash": hash_,
            "list": verdict.list,
            "gate": self.disk.door["device"]["gate"],
            "device_ms": device_ms,
            "clock_offset_ms": self.offset_ms,
        }

    def keep_own(
        self, nonce: str, hash_: str, list_id: str, device_ms: int, *, is_sent: bool = False
    ) -> None:
        at_ms = device_ms - self.offset_ms
        self.disk.own[nonce] = {
            "hash": hash_, "list": list_id, "at_ms": at_ms, "sent": is_sent
        }  # fmt: skip

    def undo_last(self, at_ms: int) -> None:
        """The helper takes the last green back, whatever the network does."""
        if not self.shown:
            return
        nonce, _hash = self.shown.pop()
        self.disk.own.pop(nonce, None)
        undo = {"nonce": nonce, "undo": True, "device_ms": at_ms + self.clock_error_ms}
        self.disk.queue.append(undo)

    def upload(self) -> None:
        while self.disk.queue:
            batch = self.disk.queue[:BATCH]
            answer = self.ask(
                "post", "scans/", scans=batch, waiting=len(self.disk.queue) - len(batch)
            )
            self.crash()  # it will send them again
            for scan in batch:
                if own := self.disk.own.get(scan["nonce"]):
                    own["sent"] = True
            assert [each["nonce"] for each in answer["results"]] == [
                each["nonce"] for each in batch
            ]
            self.disk.queue = self.disk.queue[len(batch) :]

    def attempt(self, *acts: Callable[[], None]) -> None:
        """Whatever the network and the page allow of it."""
        for act in acts:
            try:
                act()
            except (NoAnswer, Crash):
                return
