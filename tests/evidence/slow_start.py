"""A module that takes longer to import than a task may take."""

from __future__ import annotations

import time

time.sleep(2)


def call(number: int) -> int:
    return number
