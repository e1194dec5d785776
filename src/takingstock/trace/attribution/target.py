"""The density to be sampled: prior times likelihood of one question, over unbounded coordinates and a draw.

Invariant: a function of its arguments; the only randomness is in the generator handed in.

A particle has x = (w_1..w_C, z_1..z_P, a_1..a_K) and a draw g of the record: lambda_c = quantity[g, c] exp(w_c) with
exp(w_c) ~ Gamma(shape, mean 1); beta = sd z and log concentration = log median + sd a with z, a standard normal; g is
uniform over the draws. The prior of x does not depend on g.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.random import Generator

from takingstock.trace.attribution.model import Question, Real
from takingstock.trace.attribution.urns import Index, Urns, urns


def recorded(question: Question) -> Real:
    """Prior mean of lambda_c per draw, float64[D, C]: NaN gives way to a multiple of what is recorded."""
    quantity = question.channels.quantity
    whole = np.nansum(quantity, axis=1)
    # A draw in which nothing recorded came in leaves no scale; shares need one, and any will do.
    whole = np.where(whole > 0, whole, 1.0)
    return np.where(np.isnan(quantity), question.assumptions.unrecorded_ratio * whole[:, None], quantity)


@dataclass(frozen=True, eq=False)
class Target:
    """The posterior of one question."""

    question: Question

    @cached_property
    def mean(self) -> Real:
        return recorded(self.question)

    @cached_property
    def log_mean(self) -> Real:
        with np.errstate(divide="ignore"):
            return np.log(self.mean)

    @cached_property
    def shape(self) -> Real:
        """Shape of the Gamma of each channel, float64[C]."""
        told = self.question.assumptions
        return np.where(self.question.channels.unrecorded, told.unrecorded_shape, told.record_shape)

    @cached_property
    def urns(self) -> Urns:
        return urns(self.question.sightings)

    @cached_property
    def loading(self) -> Real:
        """log d = z @ loading, float64[P', J]; covariates with sd 0 or without effect are left out."""
        loading = (self.question.visibility.covariates * self.question.visibility.sd).T
        kept = (loading != loading[:, :1]).any(axis=1) & bool(self.urns.kinds[0])
        return np.ascontiguousarray(loading[kept])

    @cached_property
    def kinds(self) -> Index:
        """The kinds of urn whose concentration the sightings can tell anything about."""
        informed = self.urns.kinds & (self.question.assumptions.concentration_sd > 0)
        return np.flatnonzero(informed)

    @property
    def channels(self) -> int:
        return len(self.shape)

    @property
    def draws(self) -> int:
        return len(self.mean)

    @property
    def dimension(self) -> int:
        return self.channels + len(self.loading) + len(self.kinds)

    def sample_prior(self, rng: Generator, size: int) -> tuple[Real, Index]:
        """x float64[size, dimension] and draw int64[size]; draws are spread as evenly as can be."""
        w = np.log(np.maximum(rng.gamma(self.shape, 1.0 / self.shape, (size, self.channels)), 1e-300))
        rest = rng.standard_normal((size, self.dimension - self.channels))
        turns = -(-size // self.draws)
        draw = np.concatenate([rng.permutation(self.draws) for _ in range(turns)])[:size]
        return np.concatenate([w, rest], axis=1), draw.astype(np.int64)

    def log_prior(self, x: Real) -> Real:
        """Up to a constant, float64[N]."""
        w, rest = x[:, : self.channels], x[:, self.channels :]
        return np.asarray((self.shape * (w - np.exp(np.minimum(w, 300.0)))).sum(axis=1) - 0.5 * (rest**2).sum(axis=1))

    def share(self, x: Real, draw: Index) -> Real:
        """phi, float64[N, C]."""
        arrived = self.mean[draw] * np.exp(np.clip(x[:, : self.channels], -600.0, 600.0))
        return np.asarray(arrived / arrived.sum(axis=1, keepdims=True))

    def log_visibility(self, x: Real) -> Real:
        """log d, float64[N, J]."""
        z = x[:, self.channels : self.channels + len(self.loading)]
        # No matrix product: its sums depend on the number of threads, and the answer must not.
        out = np.zeros((len(x), self.loading.shape[1]))
        for p, row in enumerate(self.loading):
            out += z[:, p, None] * row
        return out

    def concentration(self, x: Real) -> Real:
        """Of pictures and recoveries, float64[N, 2]."""
        told = self.question.assumptions
        out = np.full((len(x), 2), told.concentration)
        a = x[:, self.channels + len(self.loading) :]
        out[:, self.kinds] *= np.exp(np.clip(told.concentration_sd * a, -300.0, 300.0))
        return out

    def log_likelihood(self, x: Real, draw: Index) -> Real:
        """float64[N]; -inf where something seen could not be."""
        from takingstock.trace.attribution import kernels

        u = self.urns
        out = np.zeros(len(x))
        kernels.log_likelihood(
            self.share(x, draw), draw, self.question.channels.composition,
            self.log_visibility(x), self.concentration(x), u.start, u.member,
            u.kind, u.sites, u.items, u.term_urn, u.term_set, u.term_before, u.term_count,
            u.term_times, u.total_urn, u.total_count, u.total_times, out,
        )  # fmt: skip
        return out

    @cached_property
    def answer(self) -> Real:
        """How the visibilities answer a change of log pi: float64[J, P'], a ridge regression on the loadings, with the
        number of sites at which a category was pictured as weight."""
        told = self.question.sightings
        pictured = (told.counts > 0) & ~told.recovered[:, None]
        places = np.where(pictured, np.minimum(told.counts, told.sites[:, None]).clip(min=1.0), 0.0).sum(axis=0)
        weight = (places / told.members.sum(axis=1)) @ told.members
        normal = np.einsum("pj,j,qj->pq", self.loading, weight, self.loading) + np.eye(len(self.loading))
        return np.ascontiguousarray(np.linalg.solve(normal, self.loading * weight).T)

    def log_mixture(self, x: Real, draw: Index) -> Real:
        """log sum_c phi_c A_cj, float64[N, J]."""
        from takingstock.trace.attribution import kernels

        out = np.empty((len(x), self.loading.shape[1]))
        kernels.log_mixture(self.share(x, draw), draw, self.question.channels.composition, out)
        return out

    def moved(self, x: Real, old: Index, new: Index, keep: bool, answered: bool) -> Real:
        """x under another draw, for a Metropolis proposal.

        keep: lambda stays what it was, where the channel happened in both draws; else w stays. answered: the
        visibilities move against the change of the mixture, so that what is seen stays nearly as likely: on the ridge
        along which shares and visibilities cannot be told apart nothing else moves far. Every shift is a function of
        (w, draw) before and after that changes sign when they change places: the move is its own inverse, of unit
        Jacobian.
        """
        out = x.copy()
        C = self.channels
        if keep:
            a, b = self.log_mean[old], self.log_mean[new]
            both = np.isfinite(a) & np.isfinite(b)
            out[:, :C] += np.where(both, np.where(both, a, 0.0) - np.where(both, b, 0.0), 0.0)
        if answered and len(self.loading):
            before, after = self.log_mixture(x, old), self.log_mixture(out, new)
            both = np.isfinite(before) & np.isfinite(after)
            change = np.where(both, np.where(both, before, 0.0) - np.where(both, after, 0.0), 0.0)
            change -= change.mean(axis=1, keepdims=True)
            for j, row in enumerate(self.answer):
                out[:, C : C + len(self.loading)] += change[:, j, None] * row
        return out
