"""prove: that one file stands in the sealed history, as a file that a third party checks without the case."""

from __future__ import annotations

from pathlib import Path

from takingstock.records import BadFileError, BadValueError, ConflictError
from takingstock.verbs.evidence.finding import found


def prove(folder: Path, evidence: str, out: Path) -> str:
    """Write the proof against the last checkpoint, and beside it the program that checks it by itself.

    Raises BadValueError where the case was never sealed or not since the file came in, ConflictError where a file is in
    the way or the case is not what was sealed."""
    from takingstock.case import open_case
    from takingstock.evidence.proofs import CHECKER, AddedRow, Prover
    from takingstock.evidence.seals import FOLDER, read_checkpoints

    if out.exists():
        raise ConflictError(f"{out} exists; choose another name")
    seals, faults = read_checkpoints(Path(folder) / FOLDER)
    if faults:
        raise ConflictError(f"{faults[0].words}; run takingstock verify")
    if not seals:
        raise BadValueError("the case was never sealed; run: takingstock seal CASE")
    with open_case(folder) as case:
        one = found(case.archive(), evidence)
        seq = case.added_by("evidence", one.id)
        rows = [AddedRow(*row) for row in case.rows_of(seq)]
        text = Prover(case.events(), seals[-1]).prove(one.id, seq, rows)
    checker = out.with_name(CHECKER.name)
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        out.write_text(text, encoding="utf-8")
        if not checker.exists():
            checker.write_bytes(CHECKER.read_bytes())
    except OSError as error:
        raise BadFileError(f"{out} cannot be written: {error.strerror}") from error
    return f"{out}: check it anywhere with: python {checker.name} {out.name} --file FILE"
