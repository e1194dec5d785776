"""The nouns of the house: frozen typed records, the values they are made of, the results, the events."""

from takingstock.records.application import Application, ApplicationKind, Assessment, Gate, Goods, Outcome
from takingstock.records.arsenal import Arsenal, ArsenalRow, PopulationTable
from takingstock.records.attribution import Attribution, ChannelShare, Gain
from takingstock.records.base import Record, canonical_json
from takingstock.records.count import Basis, Count
from takingstock.records.dates import DateRange, Order
from takingstock.records.embargo import Embargo, Exemption
from takingstock.records.errors import (
    BadFileError,
    BadValueError,
    ConflictError,
    NotACaseError,
    TakingStockError,
    UnknownNameError,
)
from takingstock.records.events import BODY, GENESIS, CaseOpened, Event, RowsImported, RowsWritten, sealed
from takingstock.records.evidence import Evidence, Identification, Level
from takingstock.records.finding import Finding, FindingKind
from takingstock.records.grade import Credibility, Grade, Reliability
from takingstock.records.importing import ImportReport, Rejected
from takingstock.records.incident import Incident
from takingstock.records.item import ItemClass, ItemGroup, Production
from takingstock.records.ledger import Ledger
from takingstock.records.likelihood import Confidence, Likelihood, percent
from takingstock.records.movement import Conflict, Movement, PartOf, derive, voice
from takingstock.records.party import Party, PartyKind, Role
from takingstock.records.place import Place, Precision
from takingstock.records.quantity import Money, Quantity, Unit
from takingstock.records.sighting import Design, Population, ProvenanceLevel, Sighting
from takingstock.records.source import Coverage, Source, SourceKind
from takingstock.records.statement import Condition, Funding, Mode, Stage, Statement
from takingstock.records.trace import (
    Caution,
    Chain,
    ChainBasis,
    DiversionPoint,
    Influence,
    Lag,
    Origin,
    OriginKind,
    Step,
    Trace,
    TraceItem,
)

__all__ = [
    "BODY",
    "GENESIS",
    "Application",
    "ApplicationKind",
    "Arsenal",
    "ArsenalRow",
    "Assessment",
    "Attribution",
    "BadFileError",
    "BadValueError",
    "Basis",
    "CaseOpened",
    "Caution",
    "Chain",
    "ChainBasis",
    "ChannelShare",
    "Condition",
    "Confidence",
    "Conflict",
    "ConflictError",
    "Count",
    "Coverage",
    "Credibility",
    "DateRange",
    "Design",
    "DiversionPoint",
    "Embargo",
    "Event",
    "Evidence",
    "Exemption",
    "Finding",
    "FindingKind",
    "Funding",
    "Gain",
    "Gate",
    "Goods",
    "Grade",
    "Identification",
    "ImportReport",
    "Incident",
    "Influence",
    "ItemClass",
    "ItemGroup",
    "Lag",
    "Ledger",
    "Level",
    "Likelihood",
    "Mode",
    "Money",
    "Movement",
    "NotACaseError",
    "Order",
    "Origin",
    "OriginKind",
    "Outcome",
    "PartOf",
    "Party",
    "PartyKind",
    "Place",
    "Population",
    "PopulationTable",
    "Precision",
    "Production",
    "ProvenanceLevel",
    "Quantity",
    "Record",
    "Rejected",
    "Reliability",
    "Role",
    "RowsImported",
    "RowsWritten",
    "Sighting",
    "Source",
    "SourceKind",
    "Stage",
    "Statement",
    "Step",
    "TakingStockError",
    "Trace",
    "TraceItem",
    "Unit",
    "UnknownNameError",
    "canonical_json",
    "derive",
    "percent",
    "sealed",
    "voice",
]
