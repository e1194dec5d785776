"""One function per verb: typed arguments, a typed result, nothing printed. The whole product as a Python API.

What is heavy (the store, the engine, the reports) is imported inside the functions.
"""

from takingstock.verbs.arsenal import arsenal
from takingstock.verbs.audit import audit
from takingstock.verbs.demo import demo
from takingstock.verbs.export import export
from takingstock.verbs.importing import import_file
from takingstock.verbs.init import init
from takingstock.verbs.report import report
from takingstock.verbs.seal import seal
from takingstock.verbs.settings import settings
from takingstock.verbs.simulate import simulate
from takingstock.verbs.trace import trace
from takingstock.verbs.verify import verify

__all__ = [
    "arsenal",
    "audit",
    "demo",
    "export",
    "import_file",
    "init",
    "report",
    "seal",
    "settings",
    "simulate",
    "trace",
    "verify",
]
