"""The provenance engine: who holds what, and where it most likely came from.

Invariant of this room: no database, no file, no printing; functions from columns of movements to results.
"""

from takingstock.trace.network import CustodyNetwork

__all__ = ["CustodyNetwork"]
