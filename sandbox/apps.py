from django.apps import AppConfig
from django.core.exceptions import ImproperlyConfigured

from sandbox.checks import check_sandbox


class SandboxConfig(AppConfig):
    name = "sandbox"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Web servers run no checks at their start, so enforce ours here."""
        for error in check_sandbox():
            raise ImproperlyConfigured(f"{error.msg} {error.hint}")
