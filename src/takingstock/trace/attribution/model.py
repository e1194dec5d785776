"""The question put to the sightings: channels as the record has them, what was seen, and what is assumed.

Invariant: what is constructed is valid; all faults of one object are collected and raised together. Nothing here is
random.

The model. Channel c brought lambda_c items into the arsenal, phi_c = lambda_c / sum(lambda) is its share *of the
arsenal*, not of what is seen. Category j (class x country of manufacture x era) is seen in proportion to
pi_j ~ d_j sum_c phi_c A_jc, with A the composition of the channels and d_j how readily an item of the category is
seen. Sites, not items, are the sample: the counts of a site are Dirichlet-multinomial around pi. The same
problem as attributing infections to foods (T. Hald et al., "A Bayesian approach to quantify the contribution of
animal-food sources to human salmonellosis", Risk Analysis 24:255, 2004), where d_j is what they call the factor of
the type of bacterium, and where it is no more identified than here without a prior on it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

Real = NDArray[np.float64]


class InvalidInput(ValueError):
    """Arrays that cannot be a question; the message lists every fault and what to do."""


def refuse(faults: Sequence[str]) -> None:
    """Raise `InvalidInput` where there is any fault."""
    if faults:
        raise InvalidInput("; ".join(faults))


@dataclass(frozen=True, eq=False)
class Channels:
    """The inflows of an arsenal as D draws of the record have them, C channels over J categories.

    names: C different names. categories: J different names. quantity: float64[D, C], items recorded for a channel in a
    draw, 0 where the draw holds that the inflow did not happen; a column of NaN is a channel with no recorded
    quantity (*unrecorded*), whose prior is in `Assumptions`. composition: float64[D, C, J], rows sum to 1 (the row
    of a channel that did not happen in a draw is not used, but must sum to 1 too). Quantities and compositions of one
    draw belong together: what is uncertain of both at once stays so.
    """

    names: tuple[str, ...]
    categories: tuple[str, ...]
    quantity: Real
    composition: Real

    def __post_init__(self) -> None:
        quantity = np.ascontiguousarray(self.quantity, dtype=np.float64)
        composition = np.ascontiguousarray(self.composition, dtype=np.float64)
        object.__setattr__(self, "quantity", quantity)
        object.__setattr__(self, "composition", composition)
        C, J = len(self.names), len(self.categories)
        if quantity.ndim != 2 or quantity.shape[1] != C or composition.shape != (len(quantity), C, J) or not C * J:
            raise InvalidInput(
                f"{C} channels and {J} categories need quantity [D, {C}] and composition [D, {C}, {J}], "
                f"not {quantity.shape} and {composition.shape}"
            )
        faults = []
        if not len(quantity):
            faults.append("there is no draw: give at least one")
        if len(set(self.names)) < C or len(set(self.categories)) < J:
            faults.append("names of channels and of categories must differ from each other")
        lacking = np.isnan(quantity)
        if (lacking.any(axis=0) & ~lacking.all(axis=0)).any():
            faults.append("a channel is NaN in some draws only: unrecorded means NaN in all, not happened means 0")
        if not (lacking | ((quantity >= 0) & np.isfinite(quantity))).all():
            faults.append("a quantity is negative or infinite")
        if not (np.isfinite(composition).all() and (composition >= 0).all()):
            faults.append("a composition is negative or not finite")
        elif not np.allclose(composition.sum(axis=2), 1.0, atol=1e-6):
            faults.append("a composition does not sum to 1")
        if not (lacking | (quantity > 0)).any(axis=1).all():
            faults.append("in some draw nothing came in by any channel: leave such draws out, or add unrecorded")
        refuse(faults)

    @property
    def unrecorded(self) -> NDArray[np.bool_]:
        """Has the channel no recorded quantity? bool[C]."""
        return np.asarray(np.isnan(self.quantity).all(axis=0))


@dataclass(frozen=True, eq=False)
class Visibility:
    """How readily a category comes into pictures: log d_j = sum_p X_jp beta_p, beta_p ~ N(0, sd_p).

    covariates: float64[J, P] (size, impressiveness, kind of source); an identity matrix leaves every d_j free.
    sd: float64[P], or one number for all: the prior standard deviation of log d per unit of the covariate. A
    covariate that is the same for all categories says nothing and is harmless. Recoveries have d = 1, always.
    """

    covariates: Real
    sd: Real

    def __post_init__(self) -> None:
        covariates = np.ascontiguousarray(self.covariates, dtype=np.float64)
        if covariates.ndim != 2:
            raise InvalidInput("covariates must be [categories, covariates]")
        sd = np.asarray(self.sd, dtype=np.float64)
        if sd.ndim > 1 or (sd.ndim == 1 and len(sd) != covariates.shape[1]):
            raise InvalidInput("sd must be one number, or one per covariate")
        object.__setattr__(self, "covariates", covariates)
        object.__setattr__(self, "sd", np.broadcast_to(sd, covariates.shape[1:]).copy())
        if not (np.isfinite(covariates).all() and np.isfinite(self.sd).all() and (self.sd >= 0).all()):
            raise InvalidInput("covariates must be finite, sd finite and not negative")

    @classmethod
    def free(cls, categories: int, sd: float) -> Visibility:
        """A log d of its own for each category, N(0, sd) each: what is known where no covariate is."""
        return cls(np.eye(categories), np.asarray(sd))

    def with_residual(self, sd: float) -> Visibility:
        """These covariates, and a log d of its own, N(0, sd), for what they leave unexplained in each category.

        It also takes up what the draws of the record do not cover: without it, many sightings leave few draws standing.
        """
        own = np.eye(len(self.covariates))
        return Visibility(np.hstack([self.covariates, own]), np.concatenate([self.sd, np.full(len(own), sd)]))

    @property
    def spread(self) -> Real:
        """Prior standard deviation of log d_j, float64[J]."""
        return np.asarray(np.sqrt((self.covariates * self.sd) ** 2 @ np.ones(len(self.sd))))


@dataclass(frozen=True, eq=False)
class Sightings:
    """What was seen, by site. One population only: never rounds with rifles, never one period with another.

    counts: float64[S, K], items per site and observed category (fractions are allowed, where a source prints shares).
    members: bool[K, J], which categories an observed category may be: one each where the source separates them, several
    where it does not ("RUS+SUN", "country unknown"). Observed categories of one site may lie within each other; where
    two that were counted at one site overlap without that, they count as their union there.
    recovered: bool[S], physical recoveries (d = 1) and not pictures; pictures and recoveries share phi and nothing
    else. sites: float64[S], how many sites a row stands for: 1 for a real site; for a row that a source pooled, the
    stated assumption; as many as items means that the items are independent of each other.
    """

    counts: Real
    members: NDArray[np.bool_]
    recovered: NDArray[np.bool_]
    sites: Real

    def __post_init__(self) -> None:
        counts = np.ascontiguousarray(self.counts, dtype=np.float64)
        members = np.ascontiguousarray(self.members, dtype=np.bool_)
        if counts.ndim != 2 or members.ndim != 2 or counts.shape[1] != len(members):
            raise InvalidInput("counts must be [sites, observed categories], members [observed categories, categories]")
        recovered = np.broadcast_to(np.asarray(self.recovered, dtype=np.bool_), len(counts)).copy()
        sites = np.broadcast_to(np.asarray(self.sites, dtype=np.float64), len(counts)).copy()
        for name, column in (("counts", counts), ("members", members), ("recovered", recovered), ("sites", sites)):
            object.__setattr__(self, name, column)
        faults = []
        if not (np.isfinite(counts).all() and (counts >= 0).all()):
            faults.append("a count is negative or not finite")
        if not members.any(axis=1).all():
            faults.append("an observed category stands for no category")
        if not members.any(axis=0).all():
            faults.append("a category could never be observed: leave it out, or say under what it is counted")
        if not (np.isfinite(sites).all() and (sites >= 1).all()):
            faults.append("a row stands for less than one site")
        refuse(faults)

    @classmethod
    def separate(cls, counts: ArrayLike, recovered: ArrayLike = False, sites: ArrayLike = 1.0) -> Sightings:
        """Sightings whose source separates every category: counts [S, J]."""
        table = np.asarray(counts, dtype=np.float64)
        return cls(table, np.eye(table.shape[-1], dtype=np.bool_), np.asarray(recovered), np.asarray(sites))


@dataclass(frozen=True)
class Assumptions:
    """The priors that no record gives. They are the user's, and are printed with the answer.

    record_shape: given a draw, lambda_c ~ Gamma with the recorded quantity as mean and 1/sqrt(record_shape) as relative
    standard deviation (4: 50 %): what the record as a whole may have wrong, beyond what its draws differ by.
    unrecorded_ratio, unrecorded_shape: the same for a channel with no recorded quantity, its mean a multiple of all
    that is recorded in the draw. 1 and 1 put its share between 5 and 75 % (90 %), if nothing else were uncertain.
    concentration, concentration_sd: median of the Dirichlet concentration of sites and standard deviation of its
    logarithm, for pictures and recoveries each. The correlation of two items of one site is 1/(1 + concentration):
    3 and 1.5 put it between 3 and 80 % (90 %).
    """

    record_shape: float = 4.0
    unrecorded_ratio: float = 1.0
    unrecorded_shape: float = 1.0
    concentration: float = 3.0
    concentration_sd: float = 1.5

    def __post_init__(self) -> None:
        positive = (self.record_shape, self.unrecorded_ratio, self.unrecorded_shape, self.concentration)
        if not (all(0 < x < np.inf for x in positive) and 0 <= self.concentration_sd < np.inf):
            raise InvalidInput("assumptions must be positive and finite (concentration_sd may be 0)")


@dataclass(frozen=True, eq=False)
class Question:
    """All that `posterior.attribute` needs."""

    channels: Channels
    sightings: Sightings
    visibility: Visibility
    assumptions: Assumptions = Assumptions()

    def __post_init__(self) -> None:
        J = len(self.channels.categories)
        faults = []
        if self.sightings.members.shape[1] != J:
            faults.append(f"the sightings know {self.sightings.members.shape[1]} categories, the channels {J}")
        if len(self.visibility.covariates) != J:
            faults.append(f"the covariates know {len(self.visibility.covariates)} categories, the channels {J}")
        refuse(faults)
        possible = (self.channels.composition > 0).any(axis=(0, 1))
        impossible = (self.sightings.counts.sum(axis=0) > 0) & ~(self.sightings.members & possible).any(axis=1)
        if impossible.any():
            refuse([f"observed category {k} was seen, and no channel could bring it: unrecorded must be broad enough"
                    for k in np.flatnonzero(impossible)])  # fmt: skip

    def canonical(self) -> Question:
        """The same question with channels and categories in the order of their names, so that order decides nothing."""
        c = np.argsort(np.array(self.channels.names), kind="stable")
        j = np.argsort(np.array(self.channels.categories), kind="stable")
        return Question(
            Channels(
                tuple(self.channels.names[i] for i in c),
                tuple(self.channels.categories[i] for i in j),
                self.channels.quantity[:, c],
                self.channels.composition[:, c][:, :, j],
            ),
            Sightings(
                self.sightings.counts, self.sightings.members[:, j], self.sightings.recovered, self.sightings.sites
            ),
            Visibility(self.visibility.covariates[j], self.visibility.sd),
            self.assumptions,
        )
