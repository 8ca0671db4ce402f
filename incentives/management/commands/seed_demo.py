import json
import time
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from checkout.demo.gateway import card_payments
from checkout.demo.people import sign_ins
from checkout.demo.world import make_world
from incentives.demo import make_pool


class Command(BaseCommand):
    help = "Sample data to try the product with; repeatable. Prints whom to sign in as."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--force", action="store_true", help="also where DEBUG is off")
        parser.add_argument(
            "--payments", type=Path, help="where to write the card payments, for a sandbox to know"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if not (settings.DEBUG or options["force"]):
            raise CommandError(
                "DEBUG is off, so this may be the real site: its people would find sample events,"
                " and accounts whose password is public. --force does it nevertheless."
            )
        began = time.monotonic()
        made = make_world()
        make_pool()
        seconds = time.monotonic() - began
        self.stderr.write(f"{made} events made in {seconds:.1f} s." if made else "All was there.")
        if options["payments"]:
            lines = [json.dumps(payment) for payment in card_payments()]
            options["payments"].write_text("\n".join(lines))
        self.stdout.write(sign_ins())
