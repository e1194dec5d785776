"""Sums by group, lane by lane.

Invariant: within a group things are added up in the order in which they stand, so that a sum does not depend on how
many lanes there are.

Importing this module imports numba, so callers import it inside the function that needs it.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from takingstock.trace.kernels import compiled

Lanes = NDArray[np.float64]


@compiled
def summed_lanes(mass: Lanes, group: NDArray[np.int64], groups: int, lanes: int) -> Lanes:
    """The first lanes of mass, float64[C, G, at least lanes], added up by group, int64[G]: float64[C, groups, lanes].

    Unbuffered addition by numpy takes several times as long, which tells where blocks are small."""
    found = np.zeros((mass.shape[0], groups, lanes))
    for c in range(mass.shape[0]):
        for g in range(len(group)):
            into = np.uint64(group[g])
            for k in range(lanes):
                found[c, into, k] += mass[c, g, k]
    return found
