"""Attribution: what sightings say about the inflows by which a holder's arsenal came. Never a merger of populations."""

from __future__ import annotations

from takingstock.records.base import Record


class ChannelShare(Record):
    """One inflow (or several that the sightings cannot tell apart: ``members``) and its share of the arsenal.

    ``prior`` is what the record alone says (median, ``prior_low`` to ``prior_high`` its middle 90 %), ``share`` what it
    says with the sightings (``low`` to ``high`` the middle 90 %). ``separated`` is False where the sightings hardly
    move it: then ``share`` is the prior in other words. ``from_party`` and ``mode`` are None for what is unrecorded."""

    channel: str
    members: tuple[str, ...] = ()
    from_party: str | None = None
    mode: str | None = None
    prior: float
    prior_low: float
    prior_high: float
    share: float
    low: float
    high: float
    separated: bool
    population: str = ""


class Gain(Record):
    """How much one more observation of a kind would tell which of the two leading channels an item came by: ``bits``
    per item, or None where the record has nothing by which that observation could tell channels apart. ``narrows`` is
    the factor by which fifty of them would narrow the interval between the two."""

    observation: str
    bits: float | None
    narrows: float | None = None


class Attribution(Record):
    """``verdict``: ``separated``, ``not-separated``, ``no-channels`` (the record has no inflow to tell apart from what
    it does not know), ``no-counts`` (the population has no figures that can be used), ``not-converged``,
    ``too-few-draws``, ``repeats-another`` (it shows again what another population shows, whose source it derives
    from). ``by`` is the dimension of the sightings (country of manufacture, say), ``n`` the items that were used,
    ``sites`` how many sites they came from (``sites_assumed``: the source does not say)."""

    population: str
    items: tuple[str, ...]
    by: str
    n: float
    sites: float
    sites_assumed: bool
    verdict: str
    channels: tuple[ChannelShare, ...] = ()
    gains: tuple[Gain, ...] = ()
