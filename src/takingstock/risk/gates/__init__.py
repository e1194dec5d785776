"""The legal gates: one module for each legal test. :func:`judge` runs them in legal order."""

from takingstock.risk.gates.run import judge

__all__ = ["judge"]
