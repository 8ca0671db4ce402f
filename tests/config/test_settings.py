"""Settings come from the environment alone, which .env.example describes in full."""

import runpy
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from config import env

ROOT = Path(__file__).resolve().parents[2]


class Environment(dict):
    """An environment that remembers what was asked of it."""

    def __init__(self, **variables: str) -> None:
        super().__init__(variables)
        self.asked: set[str] = set()

    def get(self, name, default=None):
        self.asked.add(name)
        return super().get(name, default)


def example() -> dict[str, str]:
    lines = (ROOT / ".env.example").read_text().splitlines()
    return dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))


@pytest.fixture
def production(tmp_path):
    """The example, filled in as its comments say."""
    keys = {"SECRET_KEY": "s" * 50, "ENCRYPTION_KEY": "e" * 50}
    gateway = {"STRIPE_SECRET_KEY": "sk_test_key", "STRIPE_WEBHOOK_SECRETS": "whsec_one,whsec_two"}
    sign_in = {name: "given" for name in example() if "_CLIENT_" in name}
    return example() | keys | gateway | sign_in | {"VAR_DIR": str(tmp_path)}


@pytest.fixture
def load(monkeypatch):
    def load_settings(variables: dict[str, str]) -> tuple[dict, set[str]]:
        environment = Environment(**variables)
        with monkeypatch.context() as patch:
            patch.setattr(env.os, "environ", environment)
            return runpy.run_path(str(ROOT / "config/settings.py")), environment.asked

    return load_settings


def test_example_describes_what_settings_read(load, production):
    _, asked = load(production)

    assert sorted(asked) == sorted(example())


def test_production_is_closed(load, production):
    settings, _ = load(production)

    assert settings["DEBUG"] is False
    assert settings["ALLOWED_HOSTS"] == ["community.example.org"]
    assert settings["SANDBOX_PAYMENTS"] is False
    assert "sandbox" not in settings["INSTALLED_APPS"]
    assert settings["SESSION_COOKIE_SECURE"] is settings["CSRF_COOKIE_SECURE"] is True
    assert settings["SECURE_HSTS_SECONDS"] > 0


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SECRET_KEY", ""),
        ("ENCRYPTION_KEY", ""),
        ("SITE_URL", ""),
        ("SITE_URL", "community.example.org"),
        ("EMAIL_HOST", ""),
        ("EMAIL_PORT", "smtp"),
        ("DEFAULT_FROM_EMAIL", ""),
        ("STRIPE_WEBHOOK_SECRETS", ""),
        ("GITHUB_CLIENT_SECRET", ""),
        ("DATABASE_URL", "mysql://localhost/site"),
        ("DEBUG", "perhaps"),
    ],
)
def test_a_wrong_variable_stops_the_start_and_is_named(load, production, name, value):
    with pytest.raises(ImproperlyConfigured, match=name):
        load(production | {name: value})
