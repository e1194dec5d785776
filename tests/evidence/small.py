"""Small pictures, each different from the others."""

from __future__ import annotations

import io

from PIL import Image


def picture(seed: int, size: tuple[int, int] = (48, 32)) -> bytes:
    """A small PNG with structure, another one for each seed."""
    import numpy as np

    values = np.random.default_rng(seed).integers(0, 255, (6, 8, 3), dtype=np.uint8)
    out = io.BytesIO()
    Image.fromarray(values).resize(size, Image.Resampling.BILINEAR).save(out, "PNG")
    return out.getvalue()
