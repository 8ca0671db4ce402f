"""Everything a machine can judge without running the product: `make check`, `make format`."""

import os
import secrets
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tools import ROOT, tracked

BIN = Path(sys.executable).parent
PYTHON = [sys.executable]
MANAGE = [*PYTHON, "manage.py"]
DEVELOPMENT = {"DEBUG": "1", "DATABASE_URL": "", "REDIS_URL": "", "BROKER_DIR": ""}
PRODUCTION = {
    "DEBUG": "0",
    "SECRET_KEY": secrets.token_urlsafe(50),
    "ENCRYPTION_KEY": secrets.token_urlsafe(50),
    "SITE_URL": "https://community.example.org",
    "DATABASE_URL": "postgres://site@database.example.org/site",
    "REDIS_URL": "redis://redis.example.org",
    "STRIPE_SECRET_KEY": "sk_test_none",
    "STRIPE_WEBHOOK_SECRETS": "whsec_none",
    "EMAIL_HOST": "mail.example.org",
    "DEFAULT_FROM_EMAIL": "Tickets <tickets@example.org>",
}
COLLECTED = {"STATIC_DIR": str(ROOT / ".cache/static"), "VAR_DIR": str(ROOT / ".cache/var")}
Check = tuple[str, list[str], dict[str, str]]


def checks() -> list[Check]:
    """Name, command and environment; the slow ones first."""
    djade = [f"{BIN}/djade", "--check", "--target-version", "5.2", *tracked("*.html")]
    ruff = [f"{BIN}/ruff"]
    collect = ["collectstatic", "--noinput", "--clear", "--verbosity=0"]
    return [
        ("types", [f"{BIN}/mypy"], DEVELOPMENT),
        ("translations", [*PYTHON, "-m", "tools.messages", "check"], DEVELOPMENT),
        ("layers", [f"{BIN}/lint-imports", "--no-logo"], {}),
        ("migrations", [*MANAGE, "makemigrations", "--check", "--dry-run"], DEVELOPMENT),
        ("settings", [*MANAGE, "check", "--fail-level", "WARNING"], DEVELOPMENT),
        ("deployment", [*MANAGE, "check", "--deploy", "--fail-level", "WARNING"], PRODUCTION),
        ("static files", [*MANAGE, *collect], PRODUCTION | COLLECTED),
        ("house", [*PYTHON, "-m", "tools.house"], {}),
        ("style", [*ruff, "check", "--output-format=concise"], {}),
        ("format", [*ruff, "format", "--check", "--output-format=concise"], {}),
        ("templates", djade, {}),
    ]


def run(check: Check) -> bool:
    name, command, environment = check
    started = time.monotonic()
    done = subprocess.run(
        command, cwd=ROOT, env=os.environ | environment, text=True, capture_output=True
    )
    sign = "✗" if done.returncode else "✓"
    lines = [f"{sign} {name} ({time.monotonic() - started:.1f} s)"]
    if done.returncode or "NOT CHECKED" in done.stdout:
        lines += [done.stdout.rstrip(), done.stderr.rstrip()]
    print(*filter(None, lines), sep="\n", flush=True)
    return done.returncode == 0


def check_all() -> None:
    with ThreadPoolExecutor(max_workers=2) as pool:
        results = list(pool.map(run, checks()))
    sys.exit(0 if all(results) else 1)


def fix_all() -> None:
    subprocess.run([f"{BIN}/ruff", "check", "--fix", "--exit-zero", "--quiet"], cwd=ROOT)
    subprocess.run([f"{BIN}/ruff", "format", "--quiet"], cwd=ROOT, check=True)
    templates = tracked("*.html")
    if templates:
        subprocess.run([f"{BIN}/djade", "--target-version", "5.2", *templates], cwd=ROOT)


if __name__ == "__main__":
    fix_all() if "--fix" in sys.argv else check_all()
