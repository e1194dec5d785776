"""One picture of a case, looked at on demand by a function that runs in a worker."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from takingstock.records import BadFileError, BadValueError, Evidence
from takingstock.verbs.evidence.finding import found


def looked(folder: Path, evidence: str, function: str, *arguments: Any) -> tuple[Evidence, Any]:
    """The evidence, and what ``function`` (``module:name``) makes of its file and the arguments.

    Raises UnknownNameError, BadValueError for what is no picture or is secret, BadFileError where the worker fails."""
    from takingstock.case import open_case
    from takingstock.evidence.looking import MEMORY
    from takingstock.evidence.vault import Vault
    from takingstock.evidence.workers import Failure, Pool

    with open_case(folder) as case:
        one = found(case.archive(), evidence)
        path = Vault(case.folder).original(one.id)
    if not one.media_type.startswith("image/"):
        kind = "a secret item" if one.secret else f"no picture ({one.media_type})"
        raise BadValueError(f"{one.name or one.id[:12]} is {kind}; only pictures can be looked at")
    with Pool(function, cores=1, seconds=180, memory=MEMORY) as pool:
        ((_, result),) = pool.run([(one.id, (str(path), *arguments))])
    if isinstance(result, Failure):
        raise BadFileError(f"{one.name}: {result.words}")
    return one, result


def pdq(folder: Path, evidence: str) -> str:
    """The PDQ hash of a picture and its quality, as those who exchange such hashes write them. Raises as above."""
    from takingstock.evidence.looking import PDQ

    _, result = looked(folder, evidence, PDQ)
    return f"{result.digits},{result.quality}"
