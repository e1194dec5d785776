"""Which names, and which reports, mean the same: suggestions with rule, version and score. Pure functions."""
