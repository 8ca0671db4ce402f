"""What `make` calls. Nothing of the product imports this package."""

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
STRICT = os.environ.get("REQUIRE_ALL") == "1"
