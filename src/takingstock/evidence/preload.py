"""Preload: importing this imports what every worker needs, once, in the process that all workers are copies of.

No reader that only some files need: those come with their first file.
"""

from __future__ import annotations

import importlib

from takingstock.evidence.workers import one_thread

MODULES = (
    "takingstock.evidence.examine",
    "takingstock.evidence.metadata",
    "takingstock.evidence.credentials",
    "takingstock.evidence.preview",
    "takingstock.evidence.hashing",
    "exifread",
    "PIL.JpegImagePlugin",
)

one_thread()
for _name in MODULES:
    try:
        importlib.import_module(_name)
    except ImportError:  # A library that is missing is the worker's to explain.
        continue
