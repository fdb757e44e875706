"""The parts of the repository that tests read or start."""

import json
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
BACKEND = ROOT / "backend"
GOLDEN = ROOT / "tests" / "golden"


def golden(name: str) -> Any:
    """Return the cases of one file in tests/golden."""
    return json.loads((GOLDEN / f"{name}.json").read_text(encoding="utf-8"))
