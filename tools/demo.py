"""The product with sample data on this machine: web, worker and clock as children of one process.

python -m tools.demo            start; the first start fills the database
python -m tools.demo --reset    forget everything that was done (not while it runs)

Everything lives in `var/` (VAR_DIR): SQLite, pictures, mailbox, the broker's folder. Ctrl-C
ends all children. `PORT` chooses the port.
"""

import argparse
import fcntl
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import NoReturn

from tools import ROOT
from tools.messages import compile_all

HOST, PORT = "127.0.0.1", int(os.environ.get("PORT") or 8000)
ADDRESS = f"http://{HOST}:{PORT}"
VAR = Path(os.environ.get("VAR_DIR") or ROOT / "var").resolve()
# What the sample data says of whom to sign in as; its presence means the data is there.
SIGN_INS = VAR / "sign-ins.txt"
# The sample's card payments: the sandbox is told them, so that they can be refunded.
PAYMENTS = VAR / "sample-payments.jsonl"
MADE_HERE = ["broker", "mailbox", "media", "db.sqlite3*", "beat*", SIGN_INS.name, PAYMENTS.name]
START_SECONDS, END_SECONDS = 60, 10

SETTINGS = {
    "DEBUG": "1",
    "SANDBOX_PAYMENTS": "1",
    "STRIPE_SECRET_KEY": "",
    "SITE_URL": ADDRESS,
    "VAR_DIR": str(VAR),
    "DATABASE_URL": "",
    "REDIS_URL": "",
    "BROKER_DIR": str(VAR / "broker"),
    "EMAIL_HOST": "",
    "LOG_LEVEL": os.environ.get("LOG_LEVEL", "WARNING"),
    # Celery's worry about root is right for a server, and noise on a machine for trying out.
    "PYTHONWARNINGS": "ignore:You're running the worker with superuser privileges",
}
PYTHON = [sys.executable, "-m"]
CELERY = [*PYTHON, "celery", "-A", "config", "--quiet"]
CHILDREN = {
    "web": [
        *PYTHON, "gunicorn", "config.wsgi", f"--bind={HOST}:{PORT}", "--log-level=warning",
        "--worker-class=gthread", "--workers=1", "--threads=8",
    ],
    "worker": [
        *CELERY, "worker", "--pool=threads", "--concurrency=2", "--loglevel=warning",
        "--without-gossip", "--without-mingle", "--without-heartbeat",
    ],
    "clock": [*CELERY, "beat", "--loglevel=warning", "--pidfile="],
}  # fmt: skip


def say(text: str) -> None:
    print(text, flush=True)


def manage(*arguments: str) -> str:
    """What `manage.py` printed; its complaints go straight to the screen."""
    command = [sys.executable, "manage.py", *arguments]
    done = subprocess.run(
        command, cwd=ROOT, env=os.environ | SETTINGS, stdout=subprocess.PIPE, text=True
    )
    if done.returncode:
        sys.exit(f"{done.stdout}\nmanage.py {arguments[0]} failed, see above. Try: make demo-reset")
    return done.stdout


@contextmanager
def alone() -> Iterator[None]:
    """One demo at a time in one folder."""
    VAR.mkdir(parents=True, exist_ok=True)
    with (VAR / "demo.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            sys.exit("The demo runs already. End it (Ctrl-C in its window), then try again.")
        yield


def reset() -> None:
    for path in [found for pattern in MADE_HERE for found in VAR.glob(pattern)]:
        shutil.rmtree(path) if path.is_dir() else path.unlink()
    say("Everything that was done in the demo is gone. `make demo` starts it anew.")


def refuse_used_port() -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, PORT))
        except OSError:
            sys.exit(f"Port {PORT} is in use. Choose another: make demo PORT={PORT + 1}")


def prepare() -> None:
    compile_all()
    shutil.rmtree(VAR / "broker", ignore_errors=True)
    if not (VAR / "db.sqlite3").exists():
        SIGN_INS.unlink(missing_ok=True)
    manage("migrate", "--verbosity=0")
    if not SIGN_INS.exists():
        say("Drawing the sample data …")
        sign_ins = manage("seed_demo", "--payments", str(PAYMENTS))
        manage("sandbox_remember", str(PAYMENTS))
        SIGN_INS.write_text(sign_ins)


def start_children() -> dict[str, subprocess.Popen[bytes]]:
    """Each in a session of its own: Ctrl-C reaches this process alone, which ends them in turn."""
    environment = os.environ | SETTINGS
    return {
        name: subprocess.Popen(command, cwd=ROOT, env=environment, start_new_session=True)
        for name, command in CHILDREN.items()
    }


def end_children(children: dict[str, subprocess.Popen[bytes]]) -> None:
    for child in children.values():
        child.terminate()
    until = time.monotonic() + END_SECONDS
    for child in children.values():
        try:
            child.wait(max(0.0, until - time.monotonic()))
        except subprocess.TimeoutExpired:
            os.killpg(child.pid, signal.SIGKILL)


def answers() -> bool:
    try:
        with urllib.request.urlopen(f"{ADDRESS}/healthz", timeout=2):  # noqa: S310  (our own address)
            return True
    except (urllib.error.URLError, OSError):
        return False


def first_dead(children: dict[str, subprocess.Popen[bytes]]) -> str | None:
    return next((name for name, child in children.items() if child.poll() is not None), None)


def watch(children: dict[str, subprocess.Popen[bytes]]) -> NoReturn:
    until, greeted = time.monotonic() + START_SECONDS, False
    while True:
        if dead := first_dead(children):
            sys.exit(f"The {dead} process ended by itself (see above), so the demo ends.")
        if not greeted and answers():
            greeted = True
            say(f"\n{SIGN_INS.read_text().rstrip()}\n\n  {ADDRESS}\n\nCtrl-C ends it.")
        if not greeted and time.monotonic() > until:
            sys.exit(f"The site does not answer at {ADDRESS} after {START_SECONDS} s.")
        time.sleep(0.2)


def stop(_signal: int, _frame: FrameType | None) -> NoReturn:
    raise KeyboardInterrupt


def run() -> None:
    refuse_used_port()
    prepare()
    for ending in (signal.SIGINT, signal.SIGTERM):
        signal.signal(ending, stop)
    children = start_children()
    try:
        watch(children)
    except KeyboardInterrupt:
        say("\nEnding …")
    finally:
        end_children(children)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="The product with sample data.")
    parser.add_argument("--reset", action="store_true", help="forget everything that was done")
    chosen = parser.parse_args()
    with alone():
        reset() if chosen.reset else run()
