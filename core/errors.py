"""The one family of errors that a person may read."""

from typing import Any

from django.utils.functional import Promise


class DomainError(Exception):
    """A rule said no. `message` is for people, `code` for programs, `field` where it belongs.

    Subclasses set `code`, `message` (lazily translated, %(name)s placeholders) and `status`,
    the HTTP answer an edge gives. What is passed as keywords fills the message and travels
    on as `params`.
    """

    code = "refused"
    message: str | Promise = ""
    status = 409
    field: str | None = None

    def __init__(self, *, field: str | None = None, **params: Any) -> None:
        self.field = field or self.field
        self.params = params
        super().__init__(self.code)

    def __str__(self) -> str:
        return str(self.message) % self.params if self.params else str(self.message)
