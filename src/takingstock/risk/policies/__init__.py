"""Policies as data, applied: what the rules of treaties, bodies and states say of an application, and their tests."""

from takingstock.risk.policies.check import check
from takingstock.risk.policies.rules import SCOPE, apply, timeless

__all__ = ["SCOPE", "apply", "check", "timeless"]
