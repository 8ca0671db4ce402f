"""Read settings from the environment; a wrong one stops the start and is named."""

import os
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

TRUE, FALSE = {"1", "true", "yes", "on"}, {"0", "false", "no", "off", ""}


def env(name: str, default: str = "") -> str:
    return os.environ.get(name, default).strip()


def env_bool(name: str, default: bool = False) -> bool:
    value = env(name, str(default)).lower()
    if value in TRUE | FALSE:
        return value in TRUE
    raise ImproperlyConfigured(f"{name} must be 1 or 0, not {value!r}.")


def env_int(name: str, default: int) -> int:
    value = env(name, str(default))
    try:
        return int(value)
    except ValueError:
        raise ImproperlyConfigured(f"{name} must be a whole number, not {value!r}.") from None


def env_list(name: str, default: str = "") -> list[str]:
    return [item.strip() for item in env(name, default).split(",") if item.strip()]


def required(name: str, why: str) -> str:
    if value := env(name):
        return value
    raise ImproperlyConfigured(f"{name} is missing: {why}")


def database(name: str, sqlite_file: Path) -> dict:
    """The `DATABASES` entry for the URL in the variable `name`.

    `postgres://user:password@host:port/name?option=value`; empty means SQLite in
    `sqlite_file`. SQLite ignores row locks, hence IMMEDIATE: one writer at a time.
    """
    url = env(name)
    if not url:
        sqlite_file.parent.mkdir(parents=True, exist_ok=True)
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": sqlite_file,
            "OPTIONS": {
                "transaction_mode": "IMMEDIATE",
                "timeout": 20,
                "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
            },
        }
    parts = urlsplit(url)
    if parts.scheme not in {"postgres", "postgresql"} or not parts.path.strip("/"):
        raise ImproperlyConfigured(f"{name} must look like postgres://user:password@host/name.")
    options = dict(parse_qsl(parts.query))
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": options.pop("host", "") or unquote(parts.hostname or ""),
        "PORT": str(parts.port or ""),
        "CONN_MAX_AGE": None,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": options,
    }


def file_store(name: str, folder: Path) -> dict:
    """The `STORAGES` entry for private files: the bucket in the variable `name`, else `folder`.

    `folder` is no part of what is served; a bucket hands out links that live ten minutes.
    """
    bucket, endpoint = env(name), env("FILES_ENDPOINT")
    if not bucket:
        return {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": folder, "base_url": None},
        }
    required("FILES_ORIGIN", f"where links of {name} lead, such as https://files.example.org")
    options = {
        "bucket_name": bucket,
        "endpoint_url": endpoint or None,
        "querystring_auth": True,
        "querystring_expire": 600,
    }
    return {"BACKEND": "storages.backends.s3.S3Storage", "OPTIONS": options}
