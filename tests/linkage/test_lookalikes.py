"""Names that look alike and are not the same: at least twenty for each register. None may ever match by itself."""

from __future__ import annotations

from collections import Counter

import pytest

from takingstock.linkage.designation import parse
from takingstock.linkage.designations import Designations
from takingstock.linkage.namings import Names
from takingstock.linkage.parties import PartyNames, written_out
from takingstock.records import DateRange
from takingstock.reference.items import taxonomy
from takingstock.reference.parties import directory
from takingstock.reference.taxonomy import fold

TABLE = taxonomy()
RULE = Designations(TABLE)
NAMES = Names(TABLE, directory())
PARTIES = PartyNames(directory())

ITEMS = [
    # register, the name, its description there, a name of the table that it is not
    ("sipri", "T-72M", "tank", "T-72M1"),
    ("sipri", "T-72M1", "tank", "T-72M"),
    ("sipri", "T-72B", "tank", "T-72B3"),
    ("sipri", "T-55", "tank", "T-54"),
    ("sipri", "T-62", "tank", "T-64"),
    ("sipri", "Type-59", "tank", "Type 69 tank"),
    ("sipri", "M-60A1", "tank", "M60A3"),
    ("sipri", "M-60A3", "tank", "M60 machine gun"),
    ("sipri", "BMP-1", "IFV", "BMP-2"),
    ("sipri", "BTR-70", "APC", "BTR-80"),
    ("sipri", "BTR-60", "APC", "BTR-50"),
    ("sipri", "Mi-24D", "combat helicopter", "Mi-24P"),
    ("sipri", "Mi-28N", "combat helicopter", "Mi-24"),
    ("sipri", "Mi-8T", "transport helicopter", "Mi-8MT"),
    ("sipri", "MiG-23", "fighter aircraft", "MiG-29"),
    ("sipri", "Su-25", "ground attack aircraft", "Su-24"),
    ("sipri", "AIM-9L Sidewinder", "SRAAM", "AIM-7"),
    ("sipri", "9M111 Fagot", "anti-tank missile", "9M113 Konkurs"),
    ("sipri", "Strela-1", "portable SAM", "Strela-2"),
    ("sipri", "Igla-1", "portable SAM", "Igla-S"),
    ("sipri", "S-125", "SAM system", "S-200"),
    ("sipri", "BM-21 122mm", "self-propelled MRL", "BM-27"),
    ("sipri", "D-30 122mm", "towed gun", "M-30"),
    ("sipri", "L-39C", "trainer aircraft", "L-159"),
    ("oryx", "T-72B3 Obr. 2016", "", "T-72B"),
    ("oryx", "T-72B", "", "T-72A"),
    ("oryx", "T-62MV", "", "T-64"),
    ("oryx", "T-80UD", "", "T-80U"),
    ("oryx", "BMP-2(K)", "", "BMP-2 turret"),
    ("oryx", "BTR-82A(M)", "", "BTR-80A"),
    ("oryx", "BTR-D", "", "BTR-3"),
    ("oryx", "MT-LBu", "", "MT-LB"),
    ("oryx", "152mm 2S33 Msta-SM2", "", "2S3"),
    ("oryx", "152mm 2S3 Akatsiya", "", "2S19"),
    ("oryx", "152mm 2A36 Giatsint-B", "", "2S5 Giatsint-S"),
    ("oryx", "152mm 2A65 Msta-B howitzer", "", "2S19 Msta-S"),
    ("oryx", "220mm BM-27 'Uragan'", "", "BM-21"),
    ("oryx", "9T452 transporter-loader (for BM-27 'Uragan' MRL)", "", "BM-27"),
    ("oryx", "TZM-T reloader vehicle (for TOS-1A)", "", "TOS-1"),
    ("oryx", "9A330 Tor TLAR (for 9K330 Tor)", "", "Tor"),
    ("oryx", "9P149 Shturm-S ATGM carrier", "", "9K114 Shturm"),
    ("oryx", "9P148 Konkurs ATGM carrier", "", "Konkurs"),
    ("oryx", "9K310 Igla-1", "", "Igla"),
    ("oryx", "Orlan-30", "", "Orlan-10"),
    ("oryx", "Ural-43206", "", "Ural-4320"),
    ("oryx", "KrAZ Cobra", "", "Otokar Cobra"),
    ("oryx", "KrAZ Cougar", "", "Cougar MRAP"),
    ("oryx", "BRM-1K reconnaissance vehicle", "", "BMP-1"),
    ("oryx", "Ka-52 'Alligator' attack helicopter", "", "Mi-28"),
    ("unroca", "M16A2 rifle", "Rifles and carbines", "M16A4"),
    ("unroca", "M16A4 rifle", "Rifles and carbines", "M16A2"),
    ("unroca", "AKM", "Assault rifles", "AK-47"),
    ("unroca", "AK-74", "Assault rifles", "AK-47"),
    ("unroca", "AK-47", "Assault rifles", "AKM"),
    ("unroca", "AKM", "Assault rifles", "AKMS"),
    ("unroca", "Type 56", "Assault rifles", "Type 56 carbine"),
    ("unroca", "M60 machine gun", "Light machine guns", "M60 tank"),
    ("unroca", "M60 tank", "Battle tanks", "M60 machine gun"),
    ("unroca", "RPG-7", "Portable anti-tank launchers", "RPG-29"),
    ("unroca", "RPG-29", "Portable anti-tank launchers", "RPG-7"),
    ("unroca", "PKM", "Light machine guns", "RPK"),
    ("unroca", "M4 carbine", "Rifles and carbines", "M16A1"),
    ("unroca", "MG3", "Light machine guns", "MG 42"),
    ("unroca", "MP5", "Sub-machine guns", "MP7"),
    ("unroca", "G3", "Assault rifles", "G36"),
    ("unroca", "P226 pistol", "Revolvers and self-loading pistols", "Walther P1"),
    ("unroca", "Glock 17", "Revolvers and self-loading pistols", "Glock 19"),
    ("unroca", "T-55", "Battle tanks", "Type 59 tank"),
    ("unroca", "Mi-8MTV-5", "Attack helicopters", "Mi-24V"),
    ("unroca", "SA-7", "MANPADS", "SA-16"),
    ("unroca", "M2 heavy machine gun", "Heavy machine guns", "M2 Bradley"),
    ("unroca", "AT-4 Spigot", "Portable anti-tank launchers", "AT4 (M136)"),
]


def _ids() -> list[str]:
    return [f"{register}: {name} / {other}" for register, name, _, other in ITEMS]


@pytest.mark.parametrize(("register", "name", "description", "other"), ITEMS, ids=_ids())
def test_a_look_alike_never_matches(register: str, name: str, description: str, other: str) -> None:
    wrong = TABLE.find(other)
    known = TABLE.find(name)
    assert wrong is not None
    # As the case reads it.
    assert NAMES.item(name, description=description, usage=register).meaning != wrong.id
    # As the rule would read it if the table did not have the name, and if it had neither name nor class.
    hidden = {fold(name)}
    answers = [RULE.suggest(name, description=description, hidden=hidden)]
    if known is not None:
        hidden |= {fold(one) for one in (known.name, *known.aliases)}
        answers.append(RULE.suggest(name, description=description, hidden=hidden, without={known.id}))
    for found in answers:
        if found and found[0].automatic:
            assert found[0].meaning != wrong.id


PAIRS = [
    # register, the name, the party that it is not, when
    ("uk", "Niger", "NGA", ""),
    ("uk", "Nigeria", "NER", ""),
    ("uk", "Guinea", "GNB", ""),
    ("uk", "Guinea-Bissau", "GIN", ""),
    ("uk", "Equatorial Guinea", "GIN", ""),
    ("uk", "Papua New Guinea", "GIN", ""),
    ("uk", "Congo", "COD", ""),
    ("uk", "Congo, Democratic Republic of", "COG", ""),
    ("uk", "Dominica", "DOM", ""),
    ("uk", "Dominican Republic", "DMA", ""),
    ("uk", "Korea, South", "PRK", ""),
    ("uk", "Korea, North", "KOR", ""),
    ("uk", "Sudan", "SSD", ""),
    ("uk", "South Sudan", "SDN", ""),
    ("uk", "Mauritania", "MUS", ""),
    ("uk", "Mauritius", "MRT", ""),
    ("uk", "Slovakia", "SVN", ""),
    ("uk", "Slovenia", "SVK", ""),
    ("uk", "Iran", "IRQ", ""),
    ("uk", "Iraq", "IRN", ""),
    ("uk", "Austria", "AUS", ""),
    ("uk", "Australia", "AUT", ""),
    ("comtrade", "Rep. of Korea", "PRK", ""),
    ("comtrade", "Dem. People's Rep. of Korea", "KOR", ""),
    ("comtrade", "Dem. Rep. of the Congo", "COG", ""),
    ("comtrade", "Dominican Rep.", "DMA", ""),
    ("comtrade", "Central African Rep.", "ZAF", ""),
    ("comtrade", "China, Hong Kong SAR", "CHN", ""),
    ("comtrade", "Other Asia, nes", "CHN", ""),
    ("comtrade", "Samoa", "SLB", ""),
    ("comtrade", "American Samoa", "WSM", ""),
    ("comtrade", "Saint Kitts and Nevis", "VCT", ""),
    ("comtrade", "Saint Lucia", "VCT", ""),
    ("comtrade", "Gambia", "ZMB", ""),
    ("comtrade", "Zambia", "GMB", ""),
    ("comtrade", "Mali", "MWI", ""),
    ("comtrade", "Malawi", "MLI", ""),
    ("comtrade", "Oman", "JOR", ""),
    ("comtrade", "Latvia", "LTU", ""),
    ("comtrade", "Lithuania", "LVA", ""),
    ("comtrade", "Iceland", "IRL", ""),
    ("comtrade", "Ireland", "ISL", ""),
    ("comtrade", "Paraguay", "URY", ""),
    ("comtrade", "Uruguay", "PRY", ""),
    ("sipri", "Yemen Arab Republic (North Yemen)", "YMD", "1975"),
    ("sipri", "South Yemen", "YAR", "1975"),
    ("sipri", "South Vietnam", "VNM", "1970"),
    ("sipri", "East Germany (GDR)", "DEU", "1980"),
    ("sipri", "Soviet Union", "RUS", "1980"),
    ("sipri", "Russia", "SUN", "2000"),
    ("sipri", "Yugoslavia", "SRB", "1985"),
    ("sipri", "Czechoslovakia", "CZE", "1980"),
    ("unroca", "Republic of the Congo", "COD", ""),
    ("unroca", "Republic of Moldova", "MDV", ""),
    ("unroca", "Maldives", "MDA", ""),
    ("unroca", "Iraqi Army", "IRQ", ""),
    ("unroca", "Kurdistan Regional Government", "IRQ", ""),
]


@pytest.mark.parametrize(("register", "name", "other", "when"), PAIRS, ids=[f"{a}: {b} / {c}" for a, b, c, _ in PAIRS])
def test_a_look_alike_party_never_matches(register: str, name: str, other: str, when: str) -> None:
    date = DateRange.parse(when)
    assert directory().has(other)
    read = NAMES.party(name, date, register)
    assert read.meaning is None or other not in read.meaning.split("+")
    # If the directory had neither the name nor the party.
    party = directory().find(name, date)
    hidden = {" ".join(written_out(name))}
    if party is not None and "+" not in party.id:
        hidden |= {" ".join(written_out(one)) for one in (party.name, *party.aliases)}
    found = PARTIES.suggest(name, date, hidden=hidden)
    assert not (found and found[0].automatic and found[0].meaning == other)


def test_there_are_twenty_for_each_register() -> None:
    counts = Counter(register for register, *_ in (*ITEMS, *PAIRS))
    assert set(counts) == {"sipri", "oryx", "unroca", "uk", "comtrade"}
    assert min(counts.values()) >= 20, counts


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("T-72M1", "T-72M"),
        ("M16A2", "M16A4"),
        ("Mi-8MT", "Mi-8T"),
        ("AK-47", "AKM"),
        ("AK-47", "AK-74"),
        ("2S1", "2S19"),
    ],
)
def test_a_differing_part_is_another_code(one: str, other: str) -> None:
    assert parse(one).flat != parse(other).flat
    class_of = TABLE.find(other)
    assert class_of is not None
    assert all(
        not (answer.automatic and answer.meaning == class_of.id) for answer in RULE.suggest(one, hidden={fold(one)})
    )
