"""Reports of one transfer that nobody linked, end to end: a range, a caution in every format, until it is decided."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from takingstock.cli.app import main
from takingstock.records import FindingKind
from takingstock.verbs import import_file, init
from takingstock.verbs.audit import audited
from takingstock.verbs.link import link_apart, link_merge

HEAD = (
    "Reporting State,Calendar year,Flow,Category of arms,Partner,Number of items,State of origin,"
    "Intermediate location,Description of item,Comments on the transfer\n"
)
# Figures are made up; in 2010 the two differ so much that no rule for pairs would link them, in 2011 they agree.
EXPORTS = HEAD + "China,2010,exports,I,Iraq,100,,,T-72,\nChina,2011,exports,I,Iraq,137,,,T-72,\n"
IMPORTS = HEAD + "Iraq,2010,imports,I,China,60,,,T-72,\nIraq,2011,imports,I,China,137,,,T-72,\n"
KIND = (FindingKind.IN_EMBARGO,)


@pytest.fixture
def case(tmp_path: Path) -> Path:
    folder = tmp_path / "case"
    init(folder, title="A case")
    for name, text in (("exports.csv", EXPORTS), ("imports.csv", IMPORTS)):
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        assert import_file(folder, path, reader="unroca").rejected == 0
    return folder


def figures(folder: Path) -> list[str]:
    return [str(one.numerator) for one in audited(folder, kinds=KIND).findings]


def test_until_somebody_decides_it_is_a_range(case: Path) -> None:
    (found,) = audited(case, kinds=KIND).findings
    assert str(found.numerator) == "237..434"
    assert [len(group) for group in found.doubles] == [2, 2]
    for first, second in found.doubles:
        assert first in found.caution
        assert second in found.caution
    one, other = found.doubles
    link_apart(case, one, person="A", reason="two deliveries, says the exporter")
    # Two deliveries: the smaller figure of the pair is in the lower bound too.
    assert figures(case) in (["297..434"], ["374..434"])
    link_merge(case, other, person="A", reason="one delivery")
    (after,) = audited(case, kinds=KIND).findings
    assert after.doubles == ()
    assert "Possible doubles" not in after.caution
    assert audited(case, kinds=KIND).cautions == ()


def test_every_format_says_so(case: Path, capsys: pytest.CaptureFixture[str]) -> None:
    def run(*arguments: str) -> tuple[str, str]:
        with pytest.raises(SystemExit) as stopped:
            main(["audit", str(case), "--kind", "movement-under-embargo", *arguments])
        assert stopped.value.code == 0
        return capsys.readouterr()

    value = json.loads(run("--format", "json")[0])
    assert "4 movements may be fewer transfers" in value["cautions"][0]
    assert len(value["findings"][0]["doubles"]) == 2
    assert "Possible doubles" in value["findings"][0]["caution"]
    assert "Possible doubles" in run("--format", "csv")[0]
    out, err = run()
    assert "237 to 434" in out
    assert "link list" in err
    assert "Possible doubles" in err


def test_the_report_prints_the_same_range(case: Path) -> None:
    from takingstock.verbs.report import publish

    publication = publish(case, holder="IRQ", draws=0)
    (found,) = (one for one in publication.findings if one.kind is FindingKind.IN_EMBARGO)
    assert str(found.numerator) == "237..434"
    assert "Possible doubles" in found.caution


def test_the_column_of_shares_says_all_and_the_json_keeps_the_number(case: Path) -> None:
    from takingstock.records import Quantity
    from takingstock.verbs.shapes.audit import audit_json, audit_table

    (found,) = audited(case, kinds=KIND).findings
    for part, share, said in (
        ("120", 1.0, "all of 120"), ("180", 1.5, "180 of 120, more than recorded"), ("0", 0.0, "none"),
        ("30", 0.25, "25.0 %"), (">=120", 1.0, "at least 120 of 120"),
    ):  # fmt: skip
        figures = {"numerator": Quantity.parse(part), "denominator": Quantity.exact(120), "share": share}
        one = found.model_copy(update=figures)
        assert audit_table([one], brief=True)[1][0][2] == said
        assert audit_json([one])["findings"][0]["share"] == share
