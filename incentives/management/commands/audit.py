from typing import Any

from django.core.management.base import BaseCommand, CommandError

from incentives.queries.audit import differences


class Command(BaseCommand):
    help = (
        "Recount quotas from tickets, orders from lines, the ledger from payments and refunds,"
        " what people are owed from statements and payouts."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        """Exits with 1 when anything differs, after naming all of it."""
        found = list(differences())
        for sentence in found:
            self.stdout.write(sentence)
        if found:
            raise CommandError(f"{len(found)} differences.")
        self.stdout.write("Everything adds up.")
