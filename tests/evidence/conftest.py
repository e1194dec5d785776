"""Small files to take in: made here, or real ones of ../shared where it is present."""

from __future__ import annotations

import io
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image

sys.path.insert(0, str(Path(__file__).parent))

SHARED = Path(__file__).resolve().parents[3] / "shared" / "data"


@pytest.fixture(scope="session")
def shared() -> Path:
    if not SHARED.is_dir():
        pytest.skip("the real data is not here: ../shared/data")
    return SHARED


def picture(seed: int, size: tuple[int, int] = (48, 32)) -> bytes:
    """A small PNG with structure, another one for each seed."""
    import numpy as np

    values = np.random.default_rng(seed).integers(0, 255, (6, 8, 3), dtype=np.uint8)
    out = io.BytesIO()
    Image.fromarray(values).resize(size, Image.Resampling.BILINEAR).save(out, "PNG")
    return out.getvalue()


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
