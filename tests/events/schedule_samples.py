"""Small schedules of invented people in the formats that we read."""

import json
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")


def encode(document) -> bytes:
    return json.dumps(document, ensure_ascii=False).encode()


def in_both(name: str, zh: str, en: str) -> dict:
    return {"zh": {name: zh}, "en": {name: en}}


def session(number: int = 1, **fields) -> dict:
    """The n-th half hour of the morning of 4 May 2030, in one room, by one speaker."""
    return {
        "id": f"S{number}",
        "type": "chain",
        "room": "R1",
        "start": f"2030-05-04T{9 + number // 2:02}:{number % 2 * 3}0:00+08:00",
        "end": f"2030-05-04T{9 + (number + 1) // 2:02}:{(number + 1) % 2 * 3}0:00+08:00",
        "language": "Chinese",
        "zh": {"title": f"第{number}场", "description": "从零开始"},
        "en": {"title": f"Session {number}", "description": "From zero"},
        "speakers": ["P1"],
        "tags": ["zh-tw", "basic"],
        "slide": None,
        "record": None,
        "uri": f"https://conf.example.com/2030/session/S{number}",
        **fields,
    }


def opass(*sessions: dict, **fields) -> dict:
    return {
        "sessions": list(sessions or [session(1), session(2)]),
        "speakers": [
            {
                "id": "P1",
                "zh": {"name": "林晚", "bio": "写合约"},
                "en": {"name": "Lin Wan", "bio": ""},
            },
            {"id": "P2", **in_both("name", "周行", "Zhou Xing")},
        ],
        "session_types": [{"id": "chain", **in_both("name", "区块链", "Blockchain")}],
        "rooms": [
            {"id": "R1", **in_both("name", "一号厅", "Hall 1")},
            {"id": "R2", **in_both("name", "二号厅", "Hall 2")},
        ],
        "tags": [
            {"id": "basic", **in_both("name", "入门", "Beginner")},
            {"id": "zh-tw", **in_both("name", "中文", "Chinese")},
        ],
        **fields,
    }


def frab_talk(number: int = 1, **fields) -> dict:
    return {
        "id": number,
        "guid": f"talk-{number}",
        "date": f"2030-05-04T{9 + number:02}:00:00+02:00",
        "start": f"{9 + number:02}:00",
        "duration": "00:45",
        "title": f"Talk {number}",
        "subtitle": "",
        "track": "Nodes",
        "language": "en",
        "abstract": "Short.",
        "description": "Long.",
        "persons": [{"id": 7, "code": "ADA", "public_name": "Ada Example", "biography": "Writes."}],
        **fields,
    }


def frab(*talks: dict, **conference) -> dict:
    return {
        "schedule": {
            "conference": {
                "acronym": "nodes30",
                "title": "Nodes 2030",
                "time_zone_name": "Europe/Berlin",
                "rooms": [{"name": "Attic", "guid": "room-attic"}],
                "days": [
                    {
                        "date": "2030-05-04",
                        "day_start": "2030-05-04T06:00:00+02:00",
                        "rooms": {"Attic": list(talks or [frab_talk(1), frab_talk(2)])},
                    }
                ],
                **conference,
            }
        }
    }


def vevent(number: int = 1, *lines: str) -> str:
    """From n to a quarter to n+1 in UTC. `lines` replace ours of the same name."""
    ours = [
        f"UID:entry-{number}@example.com",
        f"DTSTART:20300504T{number:02}0000Z",
        f"DTEND:20300504T{number:02}4500Z",
        f"SUMMARY:Entry {number}",
        "LOCATION:Cellar",
    ]
    names = {
        line.partition(":")[0].partition(";")[0].replace("DURATION", "DTEND") for line in lines
    }
    kept = [line for line in ours if line.partition(":")[0] not in names]
    return "\r\n".join(["BEGIN:VEVENT", *lines, *kept, "END:VEVENT"])


def ical(*blocks: str, zone: str = "Asia/Tokyo") -> bytes:
    head = ["BEGIN:VCALENDAR", "VERSION:2.0", "X-WR-CALNAME:Meetups"]
    head += [f"X-WR-TIMEZONE:{zone}"] if zone else []
    return "\r\n".join([*head, *(blocks or [vevent(1), vevent(2)]), "END:VCALENDAR", ""]).encode()
