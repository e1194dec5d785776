"""Payment: money that moved from one account to another, as a source reports it. Money is reported, never traced as an
item, and an account is no party unless somebody says whose it is."""

from __future__ import annotations

from takingstock.records.base import Record
from takingstock.records.dates import DateRange
from takingstock.records.grade import Grade
from takingstock.records.quantity import Money


class Payment(Record):
    """``at`` is the time as the source gives it (ISO 8601), ``when`` its day. ``category`` is the source's word
    (cash-in), ``kind`` what it is for whoever keeps the accounts: deposit, transfer or withdrawal (empty: not said).
    ``from_party`` and ``to_party`` are party ids, where known. ``balance_from``, ``balance_to``: what the source says
    is in the accounts, before or after as its note says."""

    id: str
    source: str
    from_account: str
    to_account: str
    amount: Money
    at: str = ""
    when: DateRange = DateRange()
    category: str = ""
    kind: str = ""
    from_party: str | None = None
    to_party: str | None = None
    balance_from: float | None = None
    balance_to: float | None = None
    locator: str = ""
    grade: Grade = Grade()
    remark: str = ""
