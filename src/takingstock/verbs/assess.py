"""assess: a proposed transfer judged by gates, policies and a forecast; many at once; and past transfers replayed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from takingstock.records import Application, Assessment, BadFileError, BadValueError, DateRange, Ledger
from takingstock.verbs.desk import Desk, at_desk

if TYPE_CHECKING:
    from takingstock.records import Policy
    from takingstock.risk.assess import Terms
    from takingstock.risk.dossier import Background
    from takingstock.risk.forecast import Priors
    from takingstock.risk.replay import Replayed

DRAWS = 2_000


@dataclass(frozen=True)
class Bench:
    """What is read and computed once for all applications of a run."""

    desk: Desk
    background: Background
    terms: Terms

    def application(self, file: Path) -> Application:
        """Read one application. Raises BadFileError with all that is wrong in it."""
        from takingstock.exchange.applications import read_application

        return read_application(file, self.desk.directory, self.desk.taxonomy)

    def judge(self, application: Application) -> Assessment:
        from takingstock.risk.assess import assess
        from takingstock.risk.dossier import Dossier

        terms, named = self._terms(application)
        made = assess(Dossier(self.background, named), terms)
        return made.model_copy(update={"application_digest": application.fingerprint()})

    def _terms(self, application: Application) -> tuple[Terms, Application]:
        """With the policies that the application names beside those of the run; one named as a file is its id then."""
        from takingstock.reference.policies import load

        more = {name: load(name) for name in application.policies}
        held = {one.id for one in self.terms.policies}
        new = tuple(one for one in more.values() if one.id not in held)
        terms = replace(self.terms, policies=(*self.terms.policies, *new)) if new else self.terms
        return terms, application.model_copy(update={"policies": tuple(one.id for one in more.values())})


@contextmanager
def at_bench(
    folder: Path,
    *,
    policies: Sequence[str] = (),
    priors: Path | None = None,
    seed: int = 0,
    draws: int = DRAWS,
    as_of: str = "",
    brief: bool = False,
) -> Iterator[Bench]:
    """Open a case to judge applications. ``policies``: names of shipped policies or files; none: every shipped one that
    applies. ``as_of``: what was known by the end of that day.

    Raises NotACaseError, BadFileError, BadValueError."""
    from takingstock import __version__
    from takingstock.reference import tables_version
    from takingstock.risk.assess import Terms

    if draws < 100:
        raise BadValueError(f"{draws} draws give no interval; ask for 100 or more")
    with at_desk(folder, as_of=as_of) as desk:
        found = chosen(policies)
        given = _priors(priors)
        terms = Terms(
            policies=found,
            priors=given,
            seed=seed,
            draws=draws,
            brief=brief,
            versions=(
                ("takingstock", __version__),
                ("tables", tables_version()),
                ("tables of risk", _tables_of_risk()),
                ("parties", desk.directory.version),
                ("seed", str(seed)),
                ("draws", str(draws)),
                *((("as of", as_of),) if as_of else ()),
                *((("priors", _digest(priors)),) if priors else ()),
            ),
        )
        yield Bench(desk, background(desk, DateRange.parse(as_of).last if as_of else None), terms)


def chosen(names: Sequence[str]) -> tuple[Policy, ...]:
    """The policies of these names or files; none named: all that ship. Raises BadFileError, UnknownNameError."""
    from takingstock.reference.policies import load, shipped

    return tuple(load(name) for name in names) if names else shipped()


def with_named(policies: Sequence[Policy], names: Sequence[str]) -> tuple[Policy, ...]:
    """The policies, and those of these names or files that are not among them."""
    held = {one.id for one in policies}
    return (*policies, *(one for one in (chosen(names) if names else ()) if one.id not in held))


def background(desk: Desk, known: date | None = None, *, ledger: Ledger | None = None) -> Background:
    """What the judgement may look at: the ledger, the tables, the findings of the audit."""
    from takingstock.audit import listed
    from takingstock.reference import embargoes, indicators
    from takingstock.risk.dossier import Background

    held = desk.ledger if ledger is None else ledger
    findings = tuple(row.finding for row in listed(held, desk.taxonomy, desk.directory))
    return Background(
        ledger=held,
        taxonomy=desk.taxonomy,
        directory=desk.directory,
        embargoes=embargoes.with_own(held.embargoes),
        indicators=(*indicators.values(), *held.indicators),
        findings=findings,
        known=known,
    )


def assess(
    folder: Path,
    application: Path,
    *,
    policies: Sequence[str] = (),
    priors: Path | None = None,
    seed: int = 0,
    draws: int = DRAWS,
    as_of: str = "",
) -> Assessment:
    """Judge one application. Raises NotACaseError, BadFileError, UnknownNameError, BadValueError."""
    with at_bench(folder, policies=policies, priors=priors, seed=seed, draws=draws, as_of=as_of) as bench:
        return bench.judge(bench.application(application))


def assess_many(
    folder: Path,
    applications: Sequence[Path],
    *,
    policies: Sequence[str] = (),
    priors: Path | None = None,
    seed: int = 0,
    draws: int = DRAWS,
    as_of: str = "",
    progress: Callable[[int, int], None] | None = None,
) -> tuple[Assessment, ...]:
    """Judge many applications against one reading of the case, each as :func:`assess` does but without controls,
    mitigation and tornado. Nothing is judged where one of them cannot be read: BadFileError names them all."""
    read: dict[str, tuple[Path, Application]] = {}
    made, faults = [], []
    with at_bench(folder, policies=policies, priors=priors, seed=seed, draws=draws, as_of=as_of, brief=True) as bench:
        for file in applications:
            try:
                one = bench.application(file)
            except BadFileError as error:
                faults.append(str(error))
                continue
            if one.id in read:
                faults.append(f"{file.name} and {read[one.id][0].name} are both {one.id}; give each an id of its own")
            read[one.id] = file, one
        if faults:
            raise BadFileError(f"{len(faults)} of {len(applications)} files: {'; '.join(faults)}")
        for number, (_, one) in enumerate(read.values(), start=1):
            made.append(bench.judge(one))
            if progress:
                progress(number, len(read))
    return tuple(made)


def replay(
    folder: Path,
    *,
    policies: Sequence[str] = (),
    priors: Path | None = None,
    seed: int = 0,
    draws: int = 500,
    holder: str | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> tuple[Replayed, ...]:
    """Judge every past transfer of the case with only what had been published by its first possible day.

    ``holder``: only transfers to this party and its parts. Raises as :func:`assess`."""
    from takingstock.risk.known import published_by, sources_by
    from takingstock.risk.policies import timeless
    from takingstock.risk.replay import replay as run

    with at_bench(folder, policies=policies, priors=priors, seed=seed, draws=draws, brief=True) as bench:
        # A policy that is named is run over the past, whenever it was written; else each by its own dates.
        ruled = tuple(map(timeless, bench.terms.policies)) if policies else bench.terms.policies
        kept: dict[frozenset[str], Background] = {}

        def at(day: date | None) -> Background:
            if day is None:
                return bench.background
            key = sources_by(bench.desk.ledger, day)
            if key not in kept:
                kept[key] = background(bench.desk, day, ledger=published_by(bench.desk.ledger, day))
            # What was computed for another day must not answer for this one.
            return replace(kept[key], known=day, kept={})

        party = bench.desk.party(holder) if holder else None
        found = []
        for one in run(bench.background, at, replace(bench.terms, policies=ruled)):
            to = one.application.end_user
            if party is None or (to and (to == party or bench.desk.directory.part_of(to, party))):
                found.append(one)
            if progress:
                progress(len(found), len(found))
        return tuple(found)


def write_questions(folder: Path, application: Path, made: Assessment, out: Path) -> Path:
    """The application as a workbook, with the questions that are open as rows to answer. Raises BadFileError."""
    from takingstock.exchange.application_sheet import write_application
    from takingstock.exchange.applications import read_application

    with at_desk(folder) as desk:
        return write_application(out, read_application(application, desk.directory, desk.taxonomy), made.questions)


def write_blank(out: Path) -> Path:
    """An empty workbook for an application. Raises BadFileError."""
    from takingstock.exchange.application_sheet import write_application

    return write_application(out, None)


def page(
    folder: Path, application: Path, made: Assessment, *, policies: Sequence[str] = (), language: str = "en"
) -> str:
    """The assessment as one HTML page. Raises UnknownNameError for a language that there are no words of."""
    from takingstock.exchange.applications import read_application
    from takingstock.report.judgement import as_html

    with at_desk(folder) as desk:
        return as_html(
            made,
            read_application(application, desk.directory, desk.taxonomy),
            language,
            directory=desk.directory,
            taxonomy=desk.taxonomy,
            policies=with_named(chosen(()), policies),
        )


def check_policy(name: str) -> tuple[Policy, int, tuple[str, ...]]:
    """A policy (shipped, or a file), how many tests lie beside it, and what of them failed, in words.

    Raises BadFileError with every fault of the two files."""
    from takingstock.reference.policies import load
    from takingstock.reference.policy_tests import beside, load_tests
    from takingstock.risk.policies import check

    policy, tests = load(name), load_tests(beside(name))
    return policy, len(tests), check(policy, tests)


def _priors(file: Path | None) -> Priors | None:
    if file is None:
        return None
    from takingstock.exchange.priors import read_priors
    from takingstock.risk.forecast import priors_from

    return priors_from(read_priors(file))


def _tables_of_risk() -> str:
    """SHA-256 (hex) over the versions of the tables that only an assessment reads."""
    from takingstock.records import canonical_json
    from takingstock.reference import borders, controls, gate_rules, indicators, scores, treaties
    from takingstock.reference.tables import sha256
    from takingstock.risk.forecast.priors import version as priors

    versions = [one.version() for one in (borders, controls, gate_rules, indicators, scores, treaties)]
    return sha256(canonical_json([*versions, priors()]))


def _digest(file: Path | None) -> str:
    import hashlib

    return hashlib.sha256(file.read_bytes()).hexdigest() if file else ""
