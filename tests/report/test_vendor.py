"""Vendored code: as listed, unchanged, each with its licence."""

import hashlib
import re
from pathlib import Path

import takingstock.report.html as html

VENDOR = Path(html.__file__).parent / "assets" / "vendor"
LISTED = dict(re.findall(r"^\| `([^`]+)` .*`([0-9a-f]{64})` \|$", (VENDOR / "README.md").read_text("utf-8"), re.M))


def test_every_file_is_listed_with_its_hash():
    files = {path.name for path in VENDOR.iterdir() if path.suffix in {".js", ".json"}}
    assert files == LISTED.keys()
    for name, digest in LISTED.items():
        assert hashlib.sha256((VENDOR / name).read_bytes()).hexdigest() == digest, name


def test_every_file_has_a_licence_that_the_page_carries():
    for name in LISTED:
        stem = "world-atlas" if name.endswith(".json") else name.removesuffix(".min.js")
        assert (VENDOR / f"{stem}.LICENSE").is_file(), name
    script = html._script(True)
    for name in html._SCRIPTS:
        assert (VENDOR / f"{name}.LICENSE").read_text("utf-8").strip() in script
    assert {f"{name}.min.js" for name in html._SCRIPTS} == {name for name in LISTED if name.endswith(".js")}
