from datetime import UTC, datetime, timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from checkout.services.reconciling import reconcile
from orders.errors import GatewayError


class Command(BaseCommand):
    help = "Compare our payments with the gateway's list; repair or report each difference."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--since", help="2026-11-01 or an ISO instant; the last seven days otherwise"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Exits with 1 when something is left that a person must look at."""
        since = _instant(options["since"])
        left = 0
        try:
            for difference in reconcile(since=since):
                left += not difference.repaired
                mark = "repaired" if difference.repaired else "LOOK"
                self.stdout.write(f"{mark}: {difference.what}")
        except GatewayError as error:
            raise CommandError(f"The gateway does not answer: {error}") from error
        if left:
            raise CommandError(f"{left} differences want a person.")
        self.stdout.write("Payments and gateway agree.")


def _instant(text: str | None) -> datetime:
    """Midnight UTC of a date, or the instant itself."""
    if not text:
        return timezone.now() - timedelta(days=7)
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise CommandError("--since takes a date such as 2026-11-01.") from None
    return moment if timezone.is_aware(moment) else timezone.make_aware(moment, UTC)
