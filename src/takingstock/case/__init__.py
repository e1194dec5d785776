"""The case store: a folder with its database, opened, read, written, and verified. The only room that knows SQL.

The database libraries are imported when a case is opened, not when this package is.
"""

from takingstock.case.case import Case
from takingstock.case.delta import Delta, MakeBody, rows_written
from takingstock.case.fault import Fault
from takingstock.case.folder import create, open_case, restore, upgrade
from takingstock.case.rows import TABLES, Row, Rows
from takingstock.case.settings import Redaction, Settings

__all__ = [
    "TABLES",
    "Case",
    "Delta",
    "Fault",
    "MakeBody",
    "Redaction",
    "Row",
    "Rows",
    "Settings",
    "create",
    "open_case",
    "restore",
    "rows_written",
    "upgrade",
]
