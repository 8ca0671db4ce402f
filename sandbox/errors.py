"""Errors as Stripe words them; the endpoint turns them into `{"error": {…}}`."""

from typing import Any


class StripeError(Exception):
    """A refusal. `stored`: an idempotency key remembers it, as one of work already begun."""

    status = 400
    kind = "invalid_request_error"
    stored = True

    def __init__(
        self, message: str, *, code: str = "", param: str = "", status: int = 0, kind: str = ""
    ) -> None:
        super().__init__(message)
        self.code, self.param = code, param
        self.status = status or self.status
        self.kind = kind or self.kind

    def as_body(self) -> dict[str, Any]:
        error = {"type": self.kind, "message": str(self)}
        extra = {"code": self.code, "param": self.param}
        return {"error": error | {name: value for name, value in extra.items() if value}}


class InvalidParameter(StripeError):
    """Refused before any work began, so the same key may be used again."""

    stored = False


class NoSuchObject(InvalidParameter):
    status = 404


class Unauthorized(InvalidParameter):
    status = 401


class IdempotencyMismatch(InvalidParameter):
    kind = "idempotency_error"
