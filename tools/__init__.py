"""What `make` calls. Nothing of the product imports this package."""

import os
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
STRICT = os.environ.get("REQUIRE_ALL") == "1"


def tracked(*patterns: str) -> list[str]:
    """The files that git knows and that exist, by the patterns of `git ls-files`."""
    listed = subprocess.check_output(["git", "ls-files", "-z", *patterns], cwd=ROOT, text=True)
    return [path for path in listed.split("\0") if path and (ROOT / path).is_file()]
