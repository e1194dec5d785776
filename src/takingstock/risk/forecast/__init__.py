"""Forecast: how likely goods of a proposed transfer end in unauthorised hands, and on what the answer rests."""

from takingstock.risk.forecast.hazards import History, history
from takingstock.risk.forecast.horizons import YEARS
from takingstock.risk.forecast.modes import DiversionMode, GoodsClass, diversion
from takingstock.risk.forecast.priors import ModePrior, Priors, priors_from, shipped
from takingstock.risk.forecast.running import forecast

__all__ = [
    "YEARS",
    "DiversionMode",
    "GoodsClass",
    "History",
    "ModePrior",
    "Priors",
    "diversion",
    "forecast",
    "history",
    "priors_from",
    "shipped",
]
