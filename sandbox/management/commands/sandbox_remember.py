import json
from datetime import datetime
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from sandbox.services.history import PastPayment, remember


class Command(BaseCommand):
    help = "Take payments of the past into the sandbox's books: a JSON object a line."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        """Repeatable: what is known by its session's id is passed over."""
        lines = options["file"].read_text().splitlines()
        made = remember(_payment(**json.loads(line)) for line in lines)
        self.stdout.write(f"{made} payments remembered.")


def _payment(*, opened_at: str, paid_at: str | None, **fields: Any) -> PastPayment:
    paid = datetime.fromisoformat(paid_at) if paid_at else None
    return PastPayment(opened_at=datetime.fromisoformat(opened_at), paid_at=paid, **fields)
