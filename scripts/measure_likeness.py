"""Measure likeness on real photographs: for each alteration, how often a copy finds its original, and how often two
different photographs are taken for alike. Writes docs/likeness.md.

    python scripts/measure_likeness.py
"""

from __future__ import annotations

import io
import sys
from collections.abc import Callable
from pathlib import Path

from PIL import Image, ImageDraw, ImageOps

from takingstock.evidence.hashing import picture_hashes
from takingstock.evidence.likeness import RULE, THRESHOLD, suggestions
from takingstock.records import Examination

ROOT = Path(__file__).resolve().parents[1]
IMAGES = ROOT.parent / "shared" / "data" / "images" / "images"
PAGE = ROOT / "docs" / "likeness.md"
THRESHOLDS = (24, 40, THRESHOLD, 76, 88)


def _encoded(image: Image.Image, quality: int) -> Image.Image:
    out = io.BytesIO()
    image.save(out, "JPEG", quality=quality)
    return Image.open(io.BytesIO(out.getvalue())).convert("RGB")


def _scaled(image: Image.Image, factor: float) -> Image.Image:
    return image.resize((max(1, round(image.width * factor)), max(1, round(image.height * factor))))


def _cropped(image: Image.Image, part: float) -> Image.Image:
    x, y = round(image.width * part), round(image.height * part)
    return image.crop((x, y, image.width - x, image.height - y))


def _barred(image: Image.Image) -> Image.Image:
    """A screenshot: a dark bar of text above and below."""
    bar = image.height // 6
    sheet = Image.new("RGB", (image.width, image.height + 2 * bar), (25, 25, 25))
    sheet.paste(image, (0, bar))
    ImageDraw.Draw(sheet).text((10, 10), "shared 1,204 times", fill="white")
    return sheet


def _painted(image: Image.Image) -> Image.Image:
    copy = image.copy()
    w, h = copy.size
    ImageDraw.Draw(copy).rectangle((w * 0.45, h * 0.45, w * 0.55, h * 0.55), fill="grey")
    return copy


ALTERATIONS: dict[str, Callable[[Image.Image], Image.Image]] = {
    "halved in size": lambda image: _scaled(image, 0.5),
    "recompressed at quality 40": lambda image: _encoded(image, 40),
    "mirrored": ImageOps.mirror,
    "border of 5 % added": lambda image: ImageOps.expand(image, round(0.05 * max(image.size)), "white"),
    "cropped by 5 % on each side": lambda image: _cropped(image, 0.05),
    "a tenth each way painted over": _painted,
    "all of: halved, mirrored, quality 40": lambda image: _encoded(ImageOps.mirror(_scaled(image, 0.5)), 40),
    "cut to its left half": lambda image: image.crop((0, 0, image.width // 2, image.height)),
    "cropped by 12 % on each side": lambda image: _cropped(image, 0.12),
    "cropped by 25 % on each side": lambda image: _cropped(image, 0.25),
    "screenshot with bars of text": _barred,
    "rotated by 10 degrees": lambda image: image.rotate(10),
}


def photographs(folder: Path = IMAGES) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.suffix.lower() in {".jpg", ".jpeg", ".png"})


def examined(number: int, image: Image.Image) -> Examination:
    return Examination(id=f"{number:064x}", tool="measure", hashes=picture_hashes(image))


def originals(paths: list[Path]) -> list[Examination]:
    return [examined(number, _opened(path)) for number, path in enumerate(paths)]


def _opened(path: Path) -> Image.Image:
    with Image.open(path) as image:
        return ImageOps.exif_transpose(image).convert("RGB")


def alike(known: list[Examination], threshold: int) -> list[tuple[int, int]]:
    """Pairs of different photographs that are taken for alike."""
    return [(int(one.first, 16), int(one.second, 16)) for one in suggestions(known, threshold=threshold)]


def upper(events: int, trials: int, level: float = 0.95) -> float:
    """The exact (Clopper-Pearson) one-sided upper bound of a rate."""
    from scipy.stats import beta

    return float(beta.ppf(level, events + 1, trials - events)) if events < trials else 1.0


def found(
    known: list[Examination], paths: list[Path], alter: Callable[[Image.Image], Image.Image], threshold: int
) -> tuple[int, int]:
    """(copies that find their original, other photographs that they find)."""
    right = wrong = 0
    copies = [examined(100_000 + number, alter(_opened(path))) for number, path in enumerate(paths)]
    for one in suggestions([*known, *copies], threshold=threshold):
        a, b = int(one.first, 16), int(one.second, 16)
        if a < 100_000 <= b:
            right += a == b - 100_000
            wrong += a != b - 100_000
    return right, wrong


def main() -> None:
    paths = photographs()
    if not paths:
        sys.exit("no photographs: ../shared/data/images is not here")
    known = originals(paths)
    lines = [
        "# Likeness, measured",
        "",
        f"On {len(paths)} photographs of weapons and vehicles; rule `{RULE}`; by default {THRESHOLD} of 256 bits",
        "may differ.",
        "Made by `scripts/measure_likeness.py`. A likeness is a suggestion: a person judges it.",
        "",
        "Share of altered copies that find their original (recall), by how many bits may differ; in brackets how many",
        "other photographs the copies find as well, all together.",
        "",
        "| alteration | " + " | ".join(str(one) for one in THRESHOLDS) + " |",
        "|---|" + "--:|" * len(THRESHOLDS),
    ]
    totals = dict.fromkeys(THRESHOLDS, (0, 0))
    for name, alter in ALTERATIONS.items():
        cells = []
        for threshold in THRESHOLDS:
            right, wrong = found(known, paths, alter, threshold)
            cells.append(f"{100 * right / len(paths):.0f} % ({wrong})")
            totals[threshold] = totals[threshold][0] + right, totals[threshold][1] + wrong
        lines.append(f"| {name} | " + " | ".join(cells) + " |")
    shares = [f"{100 * right / max(1, right + wrong):.1f} %" for right, wrong in totals.values()]
    lines.append("| **precision over all of these** | " + " | ".join(shares) + " |")
    pairs = len(paths) * (len(paths) - 1) // 2
    cells = [f"{len(alike(known, threshold))} of {pairs:,}" for threshold in THRESHOLDS]
    lines.append("| pairs of different photographs taken for alike | " + " | ".join(cells) + " |")
    false = len(alike(known, THRESHOLD))
    bound = upper(false, pairs)
    lines += [
        "",
        f"**False matches.** {false} of {pairs:,} pairs at {THRESHOLD} bits: the rate is at most {100 * bound:.2f} %",
        f"(exact bound, 95 %, one-sided) if pairs were independent; they are of {len(paths)} photographs, so it may be",
        f"higher. Among 10,000 pictures (50 million pairs) such a rate would be {50e6 * bound:,.0f} false suggestions.",
        "",
        "**What is not found.** Pictures turned by any angle, a quarter turn too. The orientation that EXIF states is",
        "applied before hashing: a copy that was saved upright is found; a copy of which only the tag was changed or",
        "dropped is a turned picture, and is not. Crops that are neither one of those hashed nor near one. Of an",
        "animated picture the first frame alone is hashed: one that begins with a black frame hides. Videos are",
        "compared frame by frame; a copy that was cut to other moments may be missed.",
    ]
    PAGE.write_text("\n".join(lines) + "\n", encoding="utf-8")
    print("\n".join(lines))


if __name__ == "__main__":
    main()
