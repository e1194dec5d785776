"""Catalogue: from sightings to a holder's arsenal, population by population."""

from takingstock.catalogue.interval import wilson
from takingstock.catalogue.tables import arsenal

__all__ = ["arsenal", "wilson"]
