"""Run the whole suite on PostgreSQL, then what is marked `sqlite` on the embedded default."""

import os
import subprocess
import sys
import time

from tools import ROOT

PYTEST = [sys.executable, "-m", "pytest", "-q", "--durations=15", "--durations-min=5"]
NO_TESTS = 5


def run(*options: str, **environment: str) -> int:
    """pytest's exit code; none selected is no failure (a narrow selection has none for SQLite)."""
    code = subprocess.run([*PYTEST, *options], cwd=ROOT, env=os.environ | environment).returncode
    return 0 if code == NO_TESTS else code


def main() -> None:
    started, chosen = time.monotonic(), sys.argv[1:]
    on_postgres = run("-n", "2", "--dist", "worksteal", *chosen)
    on_sqlite = run("-m", "sqlite", *chosen, TEST_ON="sqlite")
    print(f"tests took {time.monotonic() - started:.0f} s")
    sys.exit(on_postgres or on_sqlite)


if __name__ == "__main__":
    main()
