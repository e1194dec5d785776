"""Further: what one more observation of each kind would tell of the inflow by which an item came.

Method: expected information gain (``attribution/information.py``). Invariant: to read a mark tells at least what the
item in one's hands tells without it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

import numpy as np

from takingstock.records import Gain
from takingstock.trace.attribution.information import Observation, gains
from takingstock.trace.attribution.model import Question as Put
from takingstock.trace.attribution.posterior import Attribution as Answer
from takingstock.trace.inflows import OTHER, Inflow, Inflows, Layout, Mark, Real


def further(
    found: Answer,
    question: Put,
    keys: Mapping[str, Inflow | None],
    layout: Layout,
    fitting: Sequence[Inflows],
    seed: int,
) -> tuple[Gain, ...]:
    """What one more observation of each kind would tell; a kind by which the record tells nothing has no bits.

    A year, a lot or an import mark is read on an item that is in one's hands, whose country is read too: so each of
    them tells at least what a recovery does."""
    mean = question.channels.composition.mean(axis=0)
    observations = [
        Observation("picture", mean, np.arange(mean.shape[1])),
        Observation("recovery", mean, None, recovered=True),
    ]
    silent = []
    for name, parts in (
        ("year-of-manufacture", [_years(flow) for flow in fitting]),
        ("lot", [flow.lots for flow in fitting]),
        ("import-mark", [flow.importers for flow in fitting]),
    ):
        outcomes = _refined(mean, keys, layout, fitting, parts)
        if outcomes is None:
            silent.append(Gain(observation=name, bits=None))
        else:
            observations.append(Observation(name, outcomes, None, recovered=True))
    known = gains(found, observations, seed=seed)
    return (
        *(Gain(observation=g.observation, bits=g.bits_leading, narrows=g.pair_narrows) for g in known),
        *(silent if known else ()),
    )


def _years(flow: Inflows) -> dict[Inflow, dict[Mark, float]]:
    """Per inflow the parts by country and time of manufacture, as far as the record has the time."""
    told: dict[Inflow, dict[Mark, float]] = defaultdict(lambda: defaultdict(float))
    whole: dict[Inflow, float] = defaultdict(float)
    for number, (sender, mode, _) in enumerate(flow.channels):
        mass = flow.mass[number].mean(axis=1)
        whole[sender, mode] += float(mass.sum())
        for (_, country, made), amount in zip(flow.finest, mass, strict=True):
            if made and amount > 0.0:
                told[sender, mode][country, made] += float(amount)
    return {inflow: {mark: part / whole[inflow] for mark, part in parts.items()} for inflow, parts in told.items()}


def _refined(
    mean: Real,
    keys: Mapping[str, Inflow | None],
    layout: Layout,
    fitting: Sequence[Inflows],
    parts: Sequence[dict[Inflow, dict[Mark, float]]],
) -> Real | None:
    """Compositions, float64[C, J], told apart by marks too, float64[C, M]; None where no goods would show one.

    ``parts`` are of each commodity's goods; each counts for as much as it brought. Goods that are not on the record
    would show marks as often as those that are, but none that is on it."""
    brought: dict[Inflow, float] = defaultdict(float)
    shown: dict[Inflow, dict[Mark, float]] = defaultdict(lambda: defaultdict(float))
    for flow, told in zip(fitting, parts, strict=True):
        here: dict[Inflow, float] = defaultdict(float)
        for number, (sender, mode, _) in enumerate(flow.channels):
            here[sender, mode] += float(flow.mass[number].sum()) / max(1, flow.mass.shape[2])
        for inflow, whole in here.items():
            brought[inflow] += whole
            for mark, part in told.get(inflow, {}).items():
                shown[inflow][mark] += part * whole
    marks = sorted({mark for found in shown.values() for _, mark in found})
    if not marks:
        return None
    channels, many = mean.shape
    # For each category: no mark, each mark on record, a mark that is on no record.
    table = np.zeros((channels, many, len(marks) + 2))
    table[:, :, 0] = mean
    states = [state for _, state in layout.categories]
    for row, known_as in enumerate(keys.values()):
        if known_as is None:
            continue
        for (country, name), amount in shown.get(known_as, {}).items():
            known = country if country is None or country in layout.states else OTHER
            spots = np.array([place for place, state in enumerate(states) if known in (None, state)], dtype=np.int64)
            left = table[row, spots, 0]
            taken = left * min(1.0, amount / brought[known_as] / left.sum()) if left.sum() > 0 else left
            table[row, spots, 0] -= taken
            table[row, spots, 1 + marks.index(name)] += taken
    recorded = [row for row, inflow in enumerate(keys.values()) if inflow]
    weight = np.array([brought[inflow] for inflow in keys.values() if inflow])
    rate = float((table[recorded][:, :, 1:].sum(axis=(1, 2)) * weight).sum() / weight.sum()) if weight.sum() else 0.0
    for row, known_as in enumerate(keys.values()):
        if known_as is None:
            table[row, :, -1] = rate * table[row, :, 0]
            table[row, :, 0] -= table[row, :, -1]
    flat = table.reshape(channels, -1)
    return np.asarray(flat / flat.sum(axis=1, keepdims=True))
