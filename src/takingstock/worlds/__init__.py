"""Synthetic worlds whose truth is known: to calibrate the trace, and to show what a record leaves out."""

from takingstock.worlds.knobs import GRADES, HOLDS, Knobs
from takingstock.worlds.mechanisms import MECHANISMS, Mechanism, what_it_does
from takingstock.worlds.truth import Truth, as_json
from takingstock.worlds.world import SIZE, World, world

__all__ = [
    "GRADES",
    "HOLDS",
    "MECHANISMS",
    "SIZE",
    "Knobs",
    "Mechanism",
    "Truth",
    "World",
    "as_json",
    "what_it_does",
    "world",
]
