"""Named errors of the API's edge. Each says what is wrong and what to do next."""

from __future__ import annotations


class TakingStockError(Exception):
    """The root: the call or its input was wrong (exit code 2)."""


class BadValueError(TakingStockError, ValueError):
    """A text that is no date, quantity, grade … Names the text and the forms that are understood."""


class NotACaseError(TakingStockError):
    """The folder is no case, or its database cannot be opened."""


class BadFileError(TakingStockError):
    """A file that cannot be read as what it should be (not a spreadsheet, half a file, missing column)."""


class UnknownNameError(TakingStockError, LookupError):
    """A party, item or population that neither the case nor the reference tables know."""


class ConflictError(TakingStockError):
    """The write cannot be made beside another one, or it contradicts a record that may not change."""
