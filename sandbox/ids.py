"""Ids as Stripe writes them: a prefix that tells the kind, and letters nobody can guess."""

import secrets
import string
from functools import partial

from django.db import models

ALPHABET = string.ascii_letters + string.digits


def new_id(prefix: str, length: int = 24) -> str:
    return f"{prefix}_{''.join(secrets.choice(ALPHABET) for _ in range(length))}"


def id_field(prefix: str, length: int = 24) -> "models.CharField[str, str]":
    default = partial(new_id, prefix, length)
    return models.CharField(max_length=90, unique=True, default=default, editable=False)
