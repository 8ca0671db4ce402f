"""Does memory stay flat while a large file comes in and goes out? `python -m bench.files [MB]`.

Serves the product by gunicorn on a loopback port, with SQLite in a folder of its own, brings a
sparse file in by pieces, reads it back whole and in parts, and prints the resident memory of
the serving process: before, at most, after. The folder is deleted at the end.
"""

import argparse
import http.client
import io
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

PORT = 8106
PIECE = 8 * 1024 * 1024
MEGABYTE = 1024 * 1024
PDF = b"%PDF-1.7\n"


def memory_mb(pid: int) -> float:
    status = Path(f"/proc/{pid}/status").read_text()
    line = next(line for line in status.splitlines() if line.startswith("VmRSS"))
    return int(line.split()[1]) / 1024


class Watch(threading.Thread):
    """The highest resident memory of a process while this runs."""

    def __init__(self, pid: int) -> None:
        super().__init__(daemon=True)
        self.pid, self.most, self.done = pid, 0.0, threading.Event()

    def run(self) -> None:
        while not self.done.wait(0.05):
            self.most = max(self.most, memory_mb(self.pid))


@contextmanager
def watched(what: str, pid: int, size: int) -> Iterator[None]:
    before, watch, began = memory_mb(pid), Watch(pid), time.monotonic()
    watch.start()
    yield
    watch.done.set()
    watch.join()
    seconds = time.monotonic() - began
    print(
        f"{what:28} {before:6.1f} MB before, {watch.most:6.1f} at most, {memory_mb(pid):6.1f} after;"
        f" {seconds:5.1f} s, {size / MEGABYTE / seconds:6.1f} MB/s"
    )


@contextmanager
def server(environment: dict[str, str]) -> Iterator[int]:
    command = [sys.executable, "-m", "gunicorn", "config.wsgi", f"--bind=127.0.0.1:{PORT}"]
    options = ["--workers=1", "--threads=2", "--timeout=300", "--log-level=warning"]
    process = subprocess.Popen([*command, *options], env=environment)
    try:
        yield _worker_of(process.pid)
    finally:
        process.terminate()
        process.wait(20)


def _worker_of(parent: int) -> int:
    for _try in range(100):
        time.sleep(0.2)
        children = Path(f"/proc/{parent}/task/{parent}/children").read_text().split()
        if children and _answers():
            return int(children[0])
    raise SystemExit("the server did not start")


def _answers() -> bool:
    try:
        call("GET", "/healthz")
    except OSError:
        return False
    return True


def call(
    method: str, path: str, body: str | bytes | Iterable[bytes] | None = None, **headers: str
) -> http.client.HTTPResponse:
    connection = http.client.HTTPConnection("127.0.0.1", PORT, timeout=300)
    sent = {name.replace("_", "-"): value for name, value in headers.items()}
    connection.request(method, path, body, sent)
    return connection.getresponse()


def fill(session_file: Path) -> None:
    """Runs in a process of its own: a course, its lecturer, and a session of theirs."""
    import django

    django.setup()
    from django.contrib.sessions.backends.db import SessionStore
    from django.core.management import call_command

    from tests.factories.courses import CourseLecturerFactory, LessonFactory, ModuleFactory

    call_command("migrate", verbosity=0)
    lecturer: Any = CourseLecturerFactory()
    user, course = lecturer.user, lecturer.course
    lesson: Any = LessonFactory(module=ModuleFactory(course=course))
    session = SessionStore()
    session["_auth_user_id"], session["_auth_user_hash"] = (
        str(user.pk),
        user.get_session_auth_hash(),
    )
    session["_auth_user_backend"] = "django.contrib.auth.backends.ModelBackend"
    session.create()
    known = {"session": session.session_key, "course": course.slug, "lesson": lesson.public_id}
    session_file.write_text(json.dumps(known))


def sparse_piece(start: int, size: int) -> bytes:
    piece = bytes(min(PIECE, size - start))
    return PDF + piece[len(PDF) :] if start == 0 else piece


def bring_in(known: dict[str, str], size: int, headers: dict[str, str]) -> str:
    form = f"lesson={known['lesson']}&name=big.pdf&size={size}"
    begun = call(
        "POST",
        f"/courses/{known['course']}/uploads/",
        form,
        **headers,
        content_type="application/x-www-form-urlencoded",
    )
    upload = json.load(begun)["url"]
    for start in range(0, size, PIECE):
        piece = io.BytesIO(sparse_piece(start, size))
        length = str(len(piece.getvalue()))
        answer = call(
            "PUT", upload, piece, **headers, upload_offset=str(start), content_length=length
        )
        assert answer.status == 200, answer.read()
    return upload


def read_all(path: str, headers: dict[str, str], **more: str) -> int:
    answer = call("GET", path, **headers, **more)
    count = 0
    while piece := answer.read(PIECE):
        count += len(piece)
    return count


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("megabytes", type=int, nargs="?", default=1024)
    size = parser.parse_args().megabytes * MEGABYTE
    with tempfile.TemporaryDirectory() as folder:
        environment = os.environ | {
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "DEBUG": "1",
            "LOG_LEVEL": "WARNING",
            "VAR_DIR": folder,
            "DATABASE_URL": "",
            "REDIS_URL": "",
            "BROKER_DIR": "",
        }
        known_file = Path(folder) / "known.json"
        code = f"from bench.files import *; fill(Path({str(known_file)!r}))"
        subprocess.run([sys.executable, "-c", code], env=environment, check=True)
        known = json.loads(known_file.read_text())
        token = "a" * 32
        headers = {
            "cookie": f"sessionid={known['session']}; csrftoken={token}",
            "x_csrftoken": token,
        }
        with server(environment) as pid:
            measure(pid, known, size, headers)


def measure(pid: int, known: dict[str, str], size: int, headers: dict[str, str]) -> None:
    with watched("in, by pieces of 8 MB", pid, size):
        upload = bring_in(known, size, headers)
    with watched("hashed and stored", pid, size):
        done = json.load(call("POST", upload, **headers))
    read_all(done["url"], headers, range="bytes=0-9")
    with watched("out, whole", pid, size):
        assert read_all(done["url"], headers) == size
    with watched("out, the second half", pid, size // 2):
        assert read_all(done["url"], headers, range=f"bytes={size // 2}-") == size - size // 2


if __name__ == "__main__":
    main()
