"""The data files of this folder, read once each."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

_FOLDER = Path(__file__).parent


def read_yaml(path: Path) -> Any:
    """A YAML file by the fast parser where the machine has it; both are the safe kind."""
    return yaml.load(path.read_text("utf-8"), getattr(yaml, "CSafeLoader", yaml.SafeLoader))


@lru_cache(maxsize=1)
def asking() -> dict[str, Any]:
    """How people ask, whatever the procedure: asking.yaml."""
    return dict(read_yaml(_FOLDER / "asking.yaml"))


def whole_words(patterns: list[str]) -> str:
    """One regular expression for any of the patterns, on whole words."""
    return r"\b(?:" + "|".join(patterns) + r")\b"
