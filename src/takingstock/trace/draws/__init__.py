"""Draws: the uncertainty of a trace, sampled.

A draw says of each statement whether it holds, and fixes quantities and dates; the draws of a block share one order of
moves and run side by side as lanes. `lanes` runs a block and asks it where goods came from, `walk` what came along
given chains. Modules that import numba are imported by their callers where they are needed.
"""
