"""identify: experts say what a sighting shows, each blind to the others; people decide, and release."""

from takingstock.verbs.identify.agreeing import agreement
from takingstock.verbs.identify.asking import assign, queue_in, queue_out
from takingstock.verbs.identify.deciding import adjudicate, close, release, reopen, withdraw
from takingstock.verbs.identify.listing import Standing, listing

__all__ = [
    "Standing",
    "adjudicate",
    "agreement",
    "assign",
    "close",
    "listing",
    "queue_in",
    "queue_out",
    "release",
    "reopen",
    "withdraw",
]
