from typing import Any

from django.core.management.base import BaseCommand

from sandbox.services.clock import tick


class Command(BaseCommand):
    help = "Send the sandbox's events that are due, and end what is overdue."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"{tick()} deliveries tried.")
