from collections.abc import Iterator

import pytest
from django.utils import translation


@pytest.fixture(scope="module")
def english() -> Iterator[None]:
    """Sentences are compared in the language that they are written in."""
    with translation.override("en"):
        yield
