"""The forecast's tests share the small ledgers of ``ledgers.py``."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
