"""Small files to take in: made here, or real ones of ../shared where it is present."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from small import picture

SHARED = Path(__file__).resolve().parents[3] / "shared" / "data"


@pytest.fixture(scope="session")
def shared() -> Path:
    if not SHARED.is_dir():
        pytest.skip("the real data is not here: ../shared/data")
    return SHARED


@pytest.fixture
def pictures(tmp_path: Path) -> Callable[[int], Path]:
    """A folder of so many different pictures."""

    def make(number: int) -> Path:
        folder = tmp_path / "pictures"
        folder.mkdir()
        for seed in range(number):
            (folder / f"p{seed:03}.png").write_bytes(picture(seed))
        return folder

    return make
