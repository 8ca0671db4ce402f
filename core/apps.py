from django.apps import AppConfig

from core import logs


class CoreConfig(AppConfig):
    name = "core"

    def ready(self) -> None:
        logs.configure()
