"""Catalogue: from sightings to a holder's arsenal, population by population."""

from takingstock.catalogue.interval import wilson
from takingstock.catalogue.own import own_populations, with_own
from takingstock.catalogue.tables import arsenal

__all__ = ["arsenal", "own_populations", "wilson", "with_own"]
