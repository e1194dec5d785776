"""The directory of parties: look-ups by id, name and date; bounds, successors, joined ids; the tables' invariants."""

from __future__ import annotations

import csv
import itertools
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from takingstock.records import BadValueError, DateRange, Party, PartyKind, UnknownNameError
from takingstock.reference import names, party_tables, tables, territories
from takingstock.reference.parties import Directory, directory

SHARED = Path(__file__).resolve().parents[3] / "shared"
REGISTER = SHARED / "data" / "sipri" / "trade_register_extract.csv"

# Spellings that differ from our own names.
UN_SPELLINGS = {
    "Iran (Islamic Republic of)": "IRN",
    "Republic of Moldova": "MDA",
    "Türkiye": "TUR",
    "Turkiye": "TUR",
    "Turkey": "TUR",
    "Czechia": "CZE",
    "Czech Republic": "CZE",
    "Russian Federation": "RUS",
    "Viet Nam": "VNM",
    "Syrian Arab Republic": "SYR",
    "Republic of Korea": "KOR",
    "Democratic People's Republic of Korea": "PRK",
    "Lao People's Democratic Republic": "LAO",
    "Democratic Republic of the Congo": "COD",
    "Congo": "COG",
    "Venezuela, Bolivarian Republic of": "VEN",
    "United Kingdom of Great Britain and Northern Ireland": "GBR",
    "United States of America": "USA",
    "Côte d’Ivoire": "CIV",
    "Cote d'Ivoire": "CIV",
    "Bosnia & Herzegovina": "BIH",
    "St. Lucia": "LCA",
    "The Gambia": "GMB",
}


def when(text: str) -> DateRange:
    return DateRange.parse(text)


def found(text: str, date: str = "") -> str | None:
    party = directory().find(text, when(date))
    return party.id if party else None


@pytest.mark.parametrize(("text", "id"), UN_SPELLINGS.items())
def test_spellings_of_the_united_nations(text: str, id: str) -> None:
    assert found(text) == id


def test_members_and_observers_of_the_united_nations_are_complete_in_number() -> None:
    status = [row["status"] for row in tables.read("states.csv")]
    assert status.count("un-member") == 193
    assert status.count("un-observer") == 2


@pytest.mark.parametrize(
    ("text", "date", "id"),
    [
        ("Yugoslavia", "1975", "YUG"),
        ("Yugoslavia", "1999", "SCG"),
        ("FR Yugoslavia", "1999-06", "SCG"),
        ("Yugoslavia", "1992", "SCG+YUG"),
        ("Yugoslavia", "", "SCG+YUG"),
        ("يوغوسلافيا", "1999", "SCG"),
        ("Serbia and Montenegro", "2004", "SCG"),
        ("Russia", "1980", "RUS"),
        ("Soviet Union", "1980", "SUN"),
        ("USSR", "1995", "SUN"),
        ("Zaire", "1980", "COD"),
        ("Zaire", "2005", "COD"),
        ("ZAR", "", "COD"),
        ("DR Congo", "1965", "COD"),
        ("Germany", "1941", "DEU"),
        ("West Germany", "1980", "DEU"),
        ("East Germany", "1980", "DDR"),
        ("Germany, East", "", "DDR"),
        ("United Arab Republic", "1959", "UAR"),
        ("United Arab Republic", "1965", "EGY"),
        ("North Yemen", "1985", "YAR"),
        ("Democratic Yemen", "1985", "YMD"),
        ("South Vietnam", "1970", "RVN"),
        ("Burma", "1970", "MMR"),
        ("Upper Volta", "1970", "BFA"),
    ],
)
def test_names_go_by_date(text: str, date: str, id: str) -> None:
    assert found(text, date) == id


def test_a_date_that_does_not_tell_two_states_apart_is_not_guessed() -> None:
    both = directory().resolve("Yugoslavia", when("1992"))
    assert both.kind is PartyKind.STATE
    assert directory().country(both.id) is None


@pytest.mark.parametrize(
    ("text", "id"),
    [
        ("العراق", "IRQ"),
        ("Ирак", "IRQ"),
        ("伊拉克", "IRQ"),
        ("Îraq", "IRQ"),
        ("عێراق", "IRQ"),
        ("ایران", "IRN"),
        ("ايران", "IRN"),
        ("Allemagne", "DEU"),
        ("Vereinigte Staaten", "USA"),
        ("الاتحاد السوفيتي", "SUN"),
        ("داعش", "islamic-state"),
        ("الدولة الإسلامية", "islamic-state"),
        ("البيشمركة", "peshmerga"),
    ],
)
def test_names_in_other_languages(text: str, id: str) -> None:
    assert found(text) == id


def test_every_territory_name_of_the_main_languages_finds_its_state() -> None:
    """Whatever :meth:`Directory.name` prints is found again, in each language that is tried."""
    lost = []
    for party in directory().all():
        for language in ("en", "ar", "fr", "ru", "es", "zh", "de", "fa"):
            printed = directory().name(party.id, language)
            again = directory().find(printed, party.exists)
            if again is None or party.id not in again.id.split("+"):
                lost.append((party.id, language, printed, again and again.id))
    assert not lost


@pytest.mark.parametrize(
    "text", ["Islamic State", "ISIS", "ISIL", "IS", "Daesh", "Da'esh", "Da’esh", "ISIL (Da'esh)", "islamic-state"]
)
def test_islamic_state_by_all_its_names(text: str) -> None:
    assert found(text) == "islamic-state"


@pytest.mark.parametrize("text", ["is", "", "   ", "*", "Korea", "Nowhere Trading Ltd.", "Army", "12"])
def test_what_names_no_party_finds_none(text: str) -> None:
    assert found(text) is None


def test_states_with_a_stroke_between_them_are_joined() -> None:
    assert found("Russia/USSR") == "RUS+SUN"
    assert found("USSR / Russia") == "RUS+SUN"
    assert found("Russia/ISIS") is None


def test_joined_ids() -> None:
    book = directory()
    joined = book.get("SUN+RUS")
    assert joined.id == "RUS+SUN"
    assert joined.kind is PartyKind.STATE
    assert not joined.exists.known
    assert book.has("RUS+SUN")
    assert not book.has("RUS+XXX")
    assert not book.has("RUS+islamic-state")
    assert not book.has("RUS+")
    assert book.country("RUS+SUN") is None
    assert book.name("RUS+SUN") == "Russia / Soviet Union"
    assert book.name("RUS+SUN", "ar") == "روسيا / الاتحاد السوفيتي"
    assert joined not in book.all()


def test_names_for_print() -> None:
    book = directory()
    assert book.name("IRQ") == "Iraq"
    assert book.name("IRQ", "ar") == "العراق"
    assert book.name("SCG", "ar") == "صربيا والجبل الأسود"
    assert book.name("iraqi-army", "ar") == "الجيش العراقي"
    assert book.name("iraqi-army", "pl") == "Iraqi Army"
    assert book.name("IRQ", "no such language") == "Iraq"


def test_alive_says_what_it_does_not_know() -> None:
    book = directory()
    assert book.alive("SUN", when("1985")) is True
    assert book.alive("SUN", when("1995")) is False
    assert book.alive("RUS", when("1980")) is False
    assert book.alive("RUS", when("2014")) is True
    assert book.alive("RUS", when("1991")) is None
    assert book.alive("RUS", when("")) is None
    assert book.alive("IRQ", when("1985")) is True
    assert book.alive("RUS+SUN", when("1991")) is True


def test_successors_and_predecessors() -> None:
    book = directory()
    assert len(book.successors("SUN")) == 15
    assert book.successors("CSK") == ("CZE", "SVK")
    assert book.predecessors("SRB") == ("SCG",)
    assert book.predecessors("SCG") == ("YUG",)
    assert book.successors("IRQ") == ()


def test_membership_at_any_depth() -> None:
    book = directory()
    assert book.part_of("iraqi-army-9th-division", "IRQ")
    assert book.part_of("iraqi-army", "iraqi-security-forces")
    assert book.part_of("peshmerga", "krg")
    assert book.part_of("peshmerga", "IRQ")
    assert not book.part_of("IRQ", "IRQ")
    assert not book.part_of("IRQ", "iraqi-army")
    assert not book.part_of("iraqi-federal-police", "iraqi-army")
    assert not book.part_of("nobody", "IRQ")


def test_home_states() -> None:
    book = directory()
    assert book.country("IRQ") == "IRQ"
    assert book.country("iraqi-army-9th-division") == "IRQ"
    assert book.country("us-army") == "USA"
    assert book.country("hezbollah") == "LBN"
    assert book.country("islamic-state") is None
    assert book.country("unknown-supplier") is None
    with pytest.raises(UnknownNameError):
        book.country("nobody")


def test_the_error_says_what_to_do_next() -> None:
    with pytest.raises(UnknownNameError, match="did you mean IRQ"):
        directory().resolve("Iraqq")
    with pytest.raises(UnknownNameError, match="sheet 'parties'"):
        directory().resolve("Qwertz Holding")
    with pytest.raises(UnknownNameError, match="did you mean iraqi-army"):
        directory().get("iraqi-armee")


COMPANY = Party(id="tradewell", name="Tradewell AG", kind=PartyKind.COMPANY, country="CHE", aliases=("Tradewell",))
DEPOT = Party(id="taji", name="Taji depot", kind=PartyKind.DEPOT, part_of="iraqi-army-9th-division")


def test_a_case_brings_its_own_parties() -> None:
    book = directory([COMPANY, DEPOT])
    assert book.resolve("TRADEWELL").id == "tradewell"
    assert book.country("tradewell") == "CHE"
    assert book.part_of("taji", "IRQ")
    assert book.country("taji") == "IRQ"
    assert book.has("taji")
    assert not directory().has("taji")
    assert book.version != directory().version
    assert book.version == directory([DEPOT, COMPANY]).version


def test_a_case_party_replaces_ours_of_the_same_id_and_goes_first_by_name() -> None:
    own = Party(id="peshmerga", name="Peshmerga", kind=PartyKind.FORCE, part_of="IRQ", remark="as the source has it")
    militia = Party(id="militia-x", name="The Houthis", kind=PartyKind.ARMED_GROUP)
    book = directory([own, militia])
    assert book.get("peshmerga").remark == "as the source has it"
    assert not book.part_of("peshmerga", "krg")
    assert book.resolve("the Houthis").id == "militia-x"
    assert len(book.all()) == len(directory().all()) + 1


def test_a_case_party_that_did_not_exist_then_does_not_hide_ours() -> None:
    own = Party(id="old-houthis", name="Houthis", kind=PartyKind.ARMED_GROUP, exists=when("1900..1910"))
    assert directory([own]).resolve("Houthis", when("2015")).id == "houthis"


def test_two_case_parties_of_one_name_are_told_apart_or_refused() -> None:
    twins = [Party(id=id, name="Depot 7", kind=PartyKind.DEPOT) for id in ("depot-a", "depot-b")]
    book = directory(twins)
    assert book.find("Depot 7") is None
    with pytest.raises(UnknownNameError, match="depot-a, depot-b"):
        book.resolve("Depot 7")


def test_a_circle_of_parts_ends() -> None:
    circle = [
        Party(id="a-unit", name="A", kind=PartyKind.UNIT, part_of="b-unit"),
        Party(id="b-unit", name="B", kind=PartyKind.UNIT, part_of="a-unit"),
    ]
    book = directory(circle)
    assert book.part_of("a-unit", "b-unit")
    assert not book.part_of("a-unit", "a-unit")
    assert book.country("a-unit") is None


def test_a_party_id_may_not_join() -> None:
    with pytest.raises(BadValueError, match="another id"):
        directory([Party(id="a+b", name="A", kind=PartyKind.COMPANY)])


@given(st.text(max_size=40), st.sampled_from(["", "1975", "1991", "1992", "2014"]))
def test_find_never_fails_and_only_answers_with_what_get_knows(text: str, date: str) -> None:
    party = directory().find(text, when(date))
    assert party is None or directory().get(party.id) == party


# -- the tables -------------------------------------------------------------------------------------------------------


def parties() -> tuple[Party, ...]:
    return directory().all()


def test_ids_are_unique_and_well_formed() -> None:
    rows = [*tables.read("states.csv"), *tables.read("actors.csv")]
    ids = [row["id"] for row in rows]
    assert len(ids) == len(set(ids))
    for party in parties():
        if party.kind is PartyKind.STATE:
            assert len(party.id) == 3
            assert party.id.isupper()
        elif not (len(party.id) == 3 and party.id.isupper()):
            assert party.id == party.id.lower()
            assert " " not in party.id
    former = directory()._tables.former
    assert not set(former) & set(ids)
    assert set(former.values()) <= set(ids)


def test_every_row_says_where_it_comes_from() -> None:
    for name in ("states.csv", "actors.csv"):
        for row in tables.read(name):
            assert row["source"], row["id"]
            assert row["verified"] in {"yes", "no"}, row["id"]
            if row["verified"] == "yes":
                assert "general knowledge" not in row["source"], row["id"]
    for row in tables.read("party_names.csv"):
        assert row["source"], row["name"]


def test_every_party_named_by_another_exists() -> None:
    ids = {party.id for party in parties()}
    for party in parties():
        named = {*party.successors, *filter(None, (party.part_of, party.country))}
        assert named <= ids, party.id
    assert {row["id"] for row in tables.read("party_names.csv")} <= ids


def test_no_party_is_part_of_itself_through_others() -> None:
    for party in parties():
        assert party.id not in directory()._above(party.id)


def test_a_successor_does_not_begin_after_its_predecessor_ended() -> None:
    """No gap between the two, and neither is bounded the wrong way round."""
    for party in parties():
        for id in party.successors:
            heir = directory().get(id)
            assert party.exists.last is not None, party.id
            if heir.exists.first and (party.id, id) != ("RVN", "VNM"):
                assert (heir.exists.first - party.exists.last).days <= 1, (party.id, id)
            assert heir.exists.last is None or heir.exists.last > party.exists.last


def test_states_that_share_no_territory_may_overlap_but_the_main_heir_follows_at_once() -> None:
    for old, heir in (("SUN", "RUS"), ("YUG", "SCG"), ("SCG", "SRB"), ("CSK", "CZE"), ("YAR", "YEM"), ("YMD", "YEM")):
        first = directory().get(heir).exists.first
        last = directory().get(old).exists.last
        assert first
        assert last
        assert (first - last).days == 1


def test_no_name_means_two_parties_on_one_day() -> None:
    clashes = [
        (form, a.party, b.party)
        for form, uses in party_tables.load().names.items()
        for a, b in itertools.combinations(uses, 2)
        if a.party != b.party and a.when.overlaps(b.when)
    ]
    assert not clashes


def test_every_former_name_lies_where_its_party_can_bear_it() -> None:
    for row in tables.read("party_names.csv"):
        if row["when"]:
            exists = directory().get(row["id"]).exists
            assert exists.overlaps(when(row["when"])), row


def test_alpha_2_and_numeric_codes_are_unique() -> None:
    for code in ("alpha-2", "numeric"):
        seen = [row[code] for row in tables.read("states.csv") if row[code]]
        assert len(seen) == len(set(seen))


def test_codes_agree_with_cldr() -> None:
    from babel.core import get_global

    aliases = get_global("territory_aliases")
    for row in tables.read("states.csv"):
        if row["alpha-2"] and row["id"] != "XKX":
            assert aliases[row["id"]] == [row["alpha-2"]]
            assert row["alpha-2"] in aliases[row["numeric"]]


def test_the_version_is_that_of_the_files() -> None:
    assert directory().version == tables.digest(*party_tables.TABLES)
    assert directory().version != tables.digest(*party_tables.TABLES[:2])


def test_every_language_of_trial_is_known_to_cldr() -> None:
    for language in territories.LANGUAGES:
        assert territories.name("IQ", language), language


def test_keys_of_names() -> None:
    assert names.key("  Türkiye ") == names.key("turkiye") == "turkiye"
    assert names.key("Côte d’Ivoire") == "cote divoire"
    assert names.key("Hezbollah (Lebanon)*") == "hezbollah lebanon"
    assert names.key("IS") != names.key("is")
    assert names.forms("Korea, Republic of")[1] == names.forms("the Republic of Korea")[1]
    assert names.forms("The Of And") == ()


def test_importing_the_room_stays_light() -> None:
    """The command line imports it at start: no Babel, no polars, no table read."""
    code = (
        "import sys, takingstock.reference, takingstock.reference.parties, takingstock.reference.embargoes as e\n"
        "from takingstock.reference import party_tables\n"
        "heavy = {'babel', 'polars', 'rapidfuzz', 'sqlalchemy', 'numba'} & set(sys.modules)\n"
        "assert not heavy, heavy\n"
        "assert party_tables.load.cache_info().currsize == 0 and e.embargoes.cache_info().currsize == 0\n"
        "from takingstock.reference.parties import directory\n"
        "assert directory().find('Iraq').id == 'IRQ' and 'babel' not in sys.modules\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


@pytest.mark.skipif(not REGISTER.exists(), reason="the SIPRI extract lies beside the checkout and is not shipped")
def test_every_supplier_and_recipient_of_the_register_resolves() -> None:
    book = Directory()
    with REGISTER.open(encoding="utf-8") as handle:
        rows = list(csv.DictReader(handle))
    assert len(rows) == 1538
    seen = {(row[column], row["Order date"]) for row in rows for column in ("Supplier", "Recipient")}
    for text, date in seen:
        party = book.resolve(text, when(date))
        assert "+" not in party.id, text
        assert party.kind is not PartyKind.STATE or "*" not in text, text
        if party.kind not in {PartyKind.STATE, PartyKind.UNKNOWN}:
            assert "*" in text, text
