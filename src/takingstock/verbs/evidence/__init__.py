"""evidence: files into the vault, what is known of each, what two people confirmed, what may leave.

What is heavy (the store, the readers of media) is imported inside the functions.
"""

from takingstock.verbs.evidence.adding import add
from takingstock.verbs.evidence.likeness import judge, likeness
from takingstock.verbs.evidence.listing import listing, show
from takingstock.verbs.evidence.looked import pdq
from takingstock.verbs.evidence.marks import marks
from takingstock.verbs.evidence.people import clear, confirm
from takingstock.verbs.evidence.proving import prove
from takingstock.verbs.evidence.secrecy import erase, make_key, reveal

__all__ = [
    "add",
    "clear",
    "confirm",
    "erase",
    "judge",
    "likeness",
    "listing",
    "make_key",
    "marks",
    "pdq",
    "prove",
    "reveal",
    "show",
]
