"""Setting: what one forecast is made from."""

from __future__ import annotations

from dataclasses import dataclass

from takingstock.risk.dossier import Dossier
from takingstock.risk.forecast.conflict import Conflict
from takingstock.risk.forecast.hazards import History, Pool
from takingstock.risk.forecast.lots import Goods
from takingstock.risk.forecast.modes import GoodsClass
from takingstock.risk.forecast.priors import Priors


@dataclass(frozen=True)
class Setting:
    """``chain`` are the parties from all of the ledger down to the end user."""

    dossier: Dossier
    past: History
    priors: Priors
    goods: tuple[Goods, ...]
    chain: tuple[str, ...]
    conflict: Conflict
    seed: int
    draws: int

    @property
    def pools(self) -> tuple[Pool, ...]:
        return tuple(self.past.pools[one.goods] for one in self.goods)

    @property
    def classes(self) -> dict[GoodsClass, Pool]:
        """The pools, each once."""
        return {one.goods: self.past.pools[one.goods] for one in self.goods}

    @property
    def one_unit(self) -> bool:
        """Whether the goods can be counted together at all."""
        return len({one.unit for one in self.goods}) == 1 and all(one.amounts is not None for one in self.goods)
