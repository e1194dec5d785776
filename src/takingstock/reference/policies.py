"""Policies: rules of treaties, bodies, states and organisations, read from YAML; those that ship, and a user's own.

The language is described in docs/policies.md. All faults of a file are collected and told at once, each with its line.
A test that compares a number may stand only where meeting it brings a rule in, never where it would lift one.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from takingstock.records import BadFileError, BadValueError, DateRange, Policy, RuleOutcome
from takingstock.reference import plain_yaml
from takingstock.reference.plain_yaml import Lines
from takingstock.reference.policy_vocabulary import COMBINATORS, VOCABULARY, nearest

MAY_FOLLOW = (
    RuleOutcome.REFUSE,
    RuleOutcome.PRESUME_DENIAL,
    RuleOutcome.NEEDS_ANSWER,
    RuleOutcome.CONSULT,
    RuleOutcome.SUSPEND,
    RuleOutcome.REVOKE,
    RuleOutcome.CONDITIONS,
    RuleOutcome.CHECKS,
)
"""What a rule may say. That it passes, or that an exception is shown, follows from ``unless`` and is never written."""

STANDINGS = ("law", "common position", "national criteria", "recommendation", "practice")
TESTS = ".tests.yaml"
_POLICY = {
    "id": True, "title": True, "body": True, "standing": True, "version": True, "source": True, "verified": False,
    "when": False, "applies": False, "questions": False, "rules": True, "titles": False, "says": False,
}  # fmt: skip
_RULE = {
    "id": True, "title": True, "reference": True, "then": True, "applies": False, "unless": False, "conditions": False,
    "questions": False, "when": False, "source": False, "verified": False, "says": False, "titles": False,
}  # fmt: skip


def names() -> tuple[str, ...]:
    """The names of the policies that ship, sorted."""
    found = (one.name for one in (files("takingstock.reference") / "data" / "policies").iterdir())
    return tuple(sorted(name.removesuffix(".yaml") for name in found if _is_policy(name)))


@lru_cache(maxsize=1)
def shipped() -> tuple[Policy, ...]:
    """Every policy that ships, by name."""
    return tuple(load(name) for name in names())


def load(path_or_name: str | Path) -> Policy:
    """A policy that ships, by its name, or a user's own, by the path of its file. ``digest`` is the SHA-256 of the
    file's bytes, ``text`` what stands in it. Raises BadFileError with every fault, its line and what to do."""
    data, name = read_bytes(path_or_name)
    return read(data, name)


def text_of(policy: Policy) -> str:
    """The text of the file that the policy was read from; :func:`read` makes the same policy of it."""
    return policy.text


def read_bytes(path_or_name: str | Path, suffix: str = ".yaml") -> tuple[bytes, str]:
    """The bytes of a file that ships or of a user's own, and the name for errors."""
    text = str(path_or_name)
    if text in names():
        return (files("takingstock.reference") / "data" / "policies" / f"{text}{suffix}").read_bytes(), text + suffix
    path = Path(path_or_name)
    if not path.is_file() and suffix == TESTS:
        raise BadFileError(f"no tests {text!r}; write them beside the policy (docs/policies.md), or give their path")
    if not path.is_file():
        raise BadFileError(f"no policy {text!r}: {nearest(text, names())} Or give the path of a YAML file")
    return path.read_bytes(), path.name


def read(data: bytes, name: str) -> Policy:
    """A policy from the bytes of its file. Raises BadFileError."""
    found, lines = plain_yaml.parsed(data, name)
    reading = _Reading(name, lines)
    policy = reading.policy(found)
    if reading.faults:
        raise BadFileError("\n".join(reading.told()))
    return Policy(**policy, digest=hashlib.sha256(data).hexdigest(), text=data.decode())


def _is_policy(name: str) -> bool:
    return name.endswith(".yaml") and not name.endswith(TESTS)


class _Reading:
    """One file on its way to a policy; collects faults."""

    def __init__(self, name: str, lines: Lines) -> None:
        self.name = name
        self.lines = lines
        self.faults: list[tuple[plain_yaml.Path, str]] = []

    def told(self) -> Iterator[str]:
        seen = dict.fromkeys((plain_yaml.line_of(self.lines, path), text) for path, text in self.faults)
        for line, text in sorted(seen):
            yield f"{self.name}, line {line}: {text}"

    def fault(self, path: plain_yaml.Path, text: str) -> None:
        self.faults.append((path, text))

    def policy(self, found: Any) -> dict[str, Any]:
        given = self._fields(found, (), _POLICY, "a policy")
        shared = self._questions(given.pop("questions", {}), ("questions",))
        given.pop("says", None)
        given |= self._common(given, ())
        if given.get("standing") not in (*STANDINGS, None):
            self.fault(
                ("standing",), f"unknown standing {given['standing']!r}; {nearest(given['standing'], STANDINGS)}"
            )
        given["applies"] = self._tree(given.get("applies", {}), ("applies",), numbers=False)
        rules = given.get("rules", [])
        if not isinstance(rules, list) or not rules:
            self.fault(("rules",), "rules is a list with at least one rule")
            rules = []
        given["rules"] = [self._rule(one, ("rules", at), shared) for at, one in enumerate(rules)]
        ids = [one.get("id") for one in given["rules"]]
        for at, id_ in enumerate(ids):
            if id_ in ids[:at]:
                self.fault(("rules", at, "id"), f"the rule {id_!r} comes twice; give each its own id")
        return given

    def _rule(self, found: Any, path: plain_yaml.Path, shared: dict[str, str]) -> dict[str, Any]:
        given = self._fields(found, path, _RULE, "a rule")
        then = given.get("then")
        if then is not None and then not in {one.value for one in MAY_FOLLOW}:
            known = tuple(one.value for one in MAY_FOLLOW)
            self.fault((*path, "then"), f"a rule cannot say {then!r}; {nearest(str(then), known)}")
        given |= self._common(given, path)
        given["applies"] = self._tree(given.get("applies", {}), (*path, "applies"), numbers=True)
        given["unless"] = self._tree(given.get("unless", {}), (*path, "unless"), numbers=False)
        given["conditions"] = self._controls(given.get("conditions", []), (*path, "conditions"))
        questions = shared | self._questions(given.get("questions", {}), (*path, "questions"))
        asked = [*_asked(given["applies"]), *_asked(given["unless"])]
        for id_ in asked:
            if id_ not in questions:
                self.fault(path, f"the question {id_!r} has no text; add it under questions (here or of the policy)")
        reference = str(given.get("reference", ""))
        given["questions"] = [
            {"id": id_, "text": questions[id_], "reference": reference}
            for id_ in dict.fromkeys(asked)
            if id_ in questions
        ]
        return given

    def _common(self, given: dict[str, Any], path: plain_yaml.Path) -> dict[str, Any]:
        """The fields that policies and rules share."""
        out: dict[str, Any] = {}
        for name in ("id", "title", "reference", "source", "says", "version", "body"):
            if not isinstance(given.get(name, ""), str):
                self.fault((*path, name), f"{name} takes a text")
                out[name] = ""
        verified = given.get("verified", "no")
        if verified not in {"yes", "no"}:
            self.fault((*path, "verified"), f"verified takes yes or no, not {verified!r}")
        out["verified"] = verified == "yes"
        if out["verified"] and not given.get("source") and path == ():
            self.fault(path, "what is verified names its source; add it, or write verified: no")
        try:
            out["when"] = DateRange.parse(str(given.get("when", "")))
        except BadValueError as error:
            self.fault((*path, "when"), str(error))
            out["when"] = DateRange()
        titles = given.get("titles", {})
        if not isinstance(titles, dict) or not all(isinstance(one, str) for one in titles.values()):
            self.fault((*path, "titles"), "titles takes languages, each with a text")
            titles = {}
        out["titles"] = tuple(titles.items())
        return out

    def _fields(self, found: Any, path: plain_yaml.Path, known: dict[str, bool], what: str) -> dict[str, Any]:
        if not isinstance(found, dict):
            self.fault(path, f"{what} is written as fields ({', '.join(n for n, must in known.items() if must)})")
            return {}
        for name in found:
            if name not in known:
                self.fault((*path, name), f"unknown field {name!r} of {what}; {nearest(name, tuple(known))}")
        for name, must in known.items():
            if must and not found.get(name):
                self.fault(path, f"{what} needs {name}")
        return {name: value for name, value in found.items() if name in known}

    def _questions(self, found: Any, path: plain_yaml.Path) -> dict[str, str]:
        if not isinstance(found, dict) or not all(isinstance(one, str) and one for one in found.values()):
            self.fault(path, "questions takes ids, each with the text of the question")
            return {}
        return found

    def _controls(self, found: Any, path: plain_yaml.Path) -> list[str]:
        try:
            return list(VOCABULARY["evidenced"].read(found)) if found else []
        except BadValueError as error:
            self.fault(path, f"conditions: {error}")
            return []

    def _tree(self, found: Any, path: plain_yaml.Path, *, numbers: bool) -> dict[str, Any]:
        """A tree of tests in the form that the engine reads. ``numbers``: whether a number may stand here."""
        if not isinstance(found, dict):
            self.fault(path, f"takes tests by name, such as destination: IRQ, not {found!r}")
            return {}
        return {name: self._branch(name, value, (*path, name), numbers=numbers) for name, value in found.items()}

    def _branch(self, name: str, value: Any, path: plain_yaml.Path, *, numbers: bool) -> Any:
        if name == "not":
            return self._tree(value, path, numbers=False)
        if name in COMBINATORS:
            if not isinstance(value, list) or not value or (name == "answered" and len(value) != 2):
                wants = "two trees: the own answer, and what may stand for it" if name == "answered" else "a list"
                self.fault(path, f"{name} takes {wants}")
                return []
            inner = numbers and name != "answered"
            return [self._tree(one, (*path, at), numbers=inner) for at, one in enumerate(value)]
        form = VOCABULARY.get(name)
        if form is None:
            self.fault(path, f"unknown test {name!r}; {nearest(name, (*VOCABULARY, *COMBINATORS))}")
            return value
        if form.number and not numbers:
            self.fault(
                path, f"{name} compares a number, which may tighten and never lift; put it under applies of a rule"
            )
        try:
            return form.read(value)
        except BadValueError as error:
            self.fault(path, f"{name}: {error}")
            return value


def _asked(tree: Any) -> Iterator[str]:
    """Ids of the questions that a tree asks, in its order."""
    if isinstance(tree, list):
        for one in tree:
            yield from _asked(one)
    elif isinstance(tree, dict):
        for name, value in tree.items():
            if name == "reply" and isinstance(value, dict):
                yield from value
            elif name in COMBINATORS:
                yield from _asked(value)
