import os
import sys
import time
from random import Random

import pytest

from tests.crash.house import house as house


@pytest.fixture
def chance() -> Random:
    seed = int(os.environ.get("CRASH_SEED") or time.time())
    sys.stdout.write(f"CRASH_SEED={seed} draws this again\n")
    return Random(seed)
