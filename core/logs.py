"""Log lines: JSON in production, readable in development, never with personal data."""

import re

import structlog
from structlog.typing import EventDict, Processor

SHARED: list[Processor] = [
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
]


# E-mail addresses, order links and keys (UUIDs), ticket codes, QR texts, API tokens
PRIVATE = re.compile(
    r"[^\s@<>'\"(,:]+@[^\s@<>'\"),]+"
    r"|\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b"
    r"|\b[0-9a-f]{32,}\b|\bC1:[0-9A-Z $%*+./:-]{20,}|\bc1_[0-9a-f]+",
    re.IGNORECASE,
)


def scrub(_logger: object, _method: str, event: EventDict) -> EventDict:
    """The last defense: an exception's text may quote what a person typed or holds."""
    return {
        key: PRIVATE.sub("[private]", value) if isinstance(value, str) else value
        for key, value in event.items()
    }


class Formatter(structlog.stdlib.ProcessorFormatter):
    """`pretty` for people, else one JSON object a line."""

    def __init__(self, pretty: bool = False) -> None:
        last: Processor = (
            structlog.dev.ConsoleRenderer(colors=False)
            if pretty
            else structlog.processors.JSONRenderer(ensure_ascii=False)
        )
        super().__init__(
            foreign_pre_chain=SHARED,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.format_exc_info,
                scrub,
                last,
            ],
        )


def configure() -> None:
    structlog.configure(
        processors=[*SHARED, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )


logger = structlog.get_logger("house")
