import logging
import sys

import pytest

from core.logs import Formatter


def formatted(text: str, error: Exception | None = None) -> str:
    info = None
    if error is not None:
        try:
            raise error
        except type(error):
            info = sys.exc_info()
    record = logging.LogRecord("x", logging.ERROR, __file__, 1, text, (), info)
    return Formatter().format(record)


@pytest.mark.parametrize(
    "private",
    [
        "lin@example.com",
        "/orders/1a98286c-45d0-4f3a-8260-0f87637c9462/",
        "0f87637c94621a98286c45d04f3a8260",
        "C1:6B0W2K8QOR7A6BTPAUEL6CQ0K2X9Z",
        "c1_0f87637c94621a98286c45d04f3a82601234abcd",
    ],
)
def test_line_holds_nothing_private_in_text_or_traceback(private):
    secret = private.strip("/").removeprefix("orders/")

    for line in (formatted(f"could not mail {private}"), formatted("x", OSError({private: 550}))):
        assert secret not in line
        assert "[private]" in line


def test_line_keeps_what_is_needed_to_find_the_row():
    assert "order=408" in Formatter(pretty=True).format(
        logging.LogRecord("x", logging.INFO, __file__, 1, "order=408 paid in 12 ms", (), None)
    )
