"""questions: what the field asks of a ledger, as tables: suppliers, both sides, funding, production, stages, totals."""

from takingstock.questions.stages import Step, stages
from takingstock.questions.suppliers import BothSides, Supplier, both_sides, suppliers
from takingstock.questions.totals import Total, totals
from takingstock.questions.ways import Acquisition, Produced, acquisitions, production

__all__ = [
    "Acquisition",
    "BothSides",
    "Produced",
    "Step",
    "Supplier",
    "Total",
    "acquisitions",
    "both_sides",
    "production",
    "stages",
    "suppliers",
    "totals",
]
