"""One function per verb: typed arguments, a typed result, nothing printed. The whole product as a Python API.

Each verb lives in its own module and is imported when first asked for, so that naming the verbs costs nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from takingstock.verbs.arsenal import arsenal
    from takingstock.verbs.audit import audit
    from takingstock.verbs.demo import demo
    from takingstock.verbs.export import export
    from takingstock.verbs.importing import import_file
    from takingstock.verbs.init import init
    from takingstock.verbs.report import report
    from takingstock.verbs.trace import trace
    from takingstock.verbs.verify import verify

__all__ = ["arsenal", "audit", "demo", "export", "import_file", "init", "report", "trace", "verify"]

_HOME = {name: name for name in __all__} | {"import_file": "importing"}


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    # Importing verbs.trace sets the attribute `trace` to the module; the function must win.
    function = getattr(import_module(f"{__name__}.{_HOME[name]}"), name)
    globals()[name] = function
    return function
