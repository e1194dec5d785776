"""Likelihood: the ICD 203 words, computed from a probability, and analytic confidence, which is another thing.

Source: ICD 203 bands as given by MISP/misp-taxonomies, ``estimative-language/machinetag.json``.
"""

from __future__ import annotations

from enum import StrEnum

from takingstock.records.errors import BadValueError


class Likelihood(StrEnum):
    """The seven words. There is no word for never or always: nothing prints 0 % or 100 %."""

    ALMOST_NO_CHANCE = "almost no chance"
    VERY_UNLIKELY = "very unlikely"
    UNLIKELY = "unlikely"
    ROUGHLY_EVEN = "roughly even chance"
    LIKELY = "likely"
    VERY_LIKELY = "very likely"
    ALMOST_CERTAIN = "almost certain"

    @classmethod
    def of(cls, probability: float) -> Likelihood:
        """The word for a probability in [0, 1]; a value on a border takes the upper word up to one half, then
        the lower one, so the scale is symmetric. Raises BadValueError outside [0, 1]."""
        if not 0.0 <= probability <= 1.0:
            raise BadValueError(f"not a probability: {probability!r}; give a number from 0 to 1")
        for word, upper in _UPPER:
            if probability < upper or (upper > 0.5 and probability == upper):
                return word
        return cls.ALMOST_CERTAIN


_UPPER = (
    (Likelihood.ALMOST_NO_CHANCE, 0.05),
    (Likelihood.VERY_UNLIKELY, 0.20),
    (Likelihood.UNLIKELY, 0.45),
    (Likelihood.ROUGHLY_EVEN, 0.55),
    (Likelihood.LIKELY, 0.80),
    (Likelihood.VERY_LIKELY, 0.95),
)


class Confidence(StrEnum):
    """Analytic confidence: how good the basis of a judgement is. Never mixed with likelihood in one sentence."""

    LOW = "low"
    MODERATE = "moderate"
    HIGH = "high"


def chance(probability: float) -> str:
    """An estimated probability as text, a decimal only where it is small; none at all is still ``<0.1 %``."""
    return percent(probability, 1 if probability < 0.1 else 0) if probability > 0 else "<0.1 %"


def percent(share: float, digits: int = 1) -> str:
    """A share as text that never claims nothing or all: 0.9999 prints ``>99.9 %``, 0.0001 prints ``<0.1 %``."""
    step = 10.0**-digits
    value = round(share * 100, digits)
    if share > 0 and value < step:
        return f"<{step:.{digits}f} %"
    if share <= 0:
        return "none recorded"
    if value > 100 - step:
        return f">{100 - step:.{digits}f} %"
    return f"{value:.{digits}f} %"
