"""An application as a workbook to be filled in: its fields as they stand, and its open questions as rows to answer.

What is written here is read back by :mod:`takingstock.exchange.applications`.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from takingstock.exchange.applications import CHOICES, FIELDS
from takingstock.records import Application, BadFileError, ControlKind, Question, ReplyValue, Standing

_EPOCH: Final = datetime(2000, 1, 1)
_ROWS: Final = 200
_CHOICES: Final = {
    "control": tuple(ControlKind),
    "standing": (Standing.OFFERED, Standing.EVIDENCED),
    "answer": tuple(ReplyValue),
    "given": ("yes", "no", "unknown"),
}


def write_application(path: Path, application: Application | None, questions: Sequence[Question] = ()) -> Path:
    """Write the workbook; ``application`` None: an empty one. Raises BadFileError where it cannot be written."""
    import xlsxwriter

    if path.suffix.casefold() != ".xlsx":
        raise BadFileError(f"{path.name} is no workbook's name; write one that ends in .xlsx")
    tables = _tables(application, questions)
    settings = {"strings_to_numbers": False, "strings_to_formulas": False, "strings_to_urls": False}
    try:
        with xlsxwriter.Workbook(str(path), settings) as book:
            book.set_properties({"created": _EPOCH})
            bold = book.add_format({"bold": True, "bg_color": "#dddddd"})
            text = book.add_format({"text_wrap": True, "valign": "top", "num_format": "@"})
            for name, (heads, rows) in tables.items():
                sheet = book.add_worksheet(name)
                sheet.freeze_panes(1, 0)
                for column, head in enumerate(heads):
                    sheet.write_string(0, column, head, bold)
                    sheet.set_column(column, column, 60 if head in {"text", "value"} else 24, text)
                    if head in _CHOICES:
                        listed = _range(head)
                        sheet.data_validation(1, column, _ROWS, column, {"validate": "list", "source": listed})
                for line, row in enumerate(rows, start=1):
                    for column, cell in enumerate(row):
                        sheet.write_string(line, column, cell, text)
            _write_choices(book.add_worksheet(CHOICES), bold)
    except (OSError, xlsxwriter.exceptions.XlsxWriterException) as error:
        raise BadFileError(f"{path} cannot be written: {error}") from error
    return path


def _range(head: str) -> str:
    """The cells of the sheet ``choices`` that list what a column takes; a list in the cell may have 255 letters."""
    column = chr(ord("A") + list(_CHOICES).index(head))
    return f"={CHOICES}!${column}$2:${column}${len(_CHOICES[head]) + 1}"


def _write_choices(sheet: Any, bold: Any) -> None:
    for column, (head, choices) in enumerate(_CHOICES.items()):
        sheet.write_string(0, column, head, bold)
        sheet.set_column(column, column, 28)
        for line, choice in enumerate(choices, start=1):
            sheet.write_string(line, column, str(choice))


def _tables(app: Application | None, questions: Sequence[Question]) -> dict[str, tuple[tuple[str, ...], list[Any]]]:
    fields = _fields(app) if app else {}
    names = {party.id: party.name for party in app.parties} if app else {}

    def own(id_: str | None) -> str:
        return names.get(id_ or "", id_ or "")

    tables: dict[str, tuple[tuple[str, ...], list[Any]]] = {
        "application": (("field", "value"), [(name, fields.get(name, "")) for name in FIELDS["application"]])
    }
    goods = [
        (
            line.item,
            line.designation,
            str(line.quantity) if line.quantity.known else "",
            line.quantity.unit.value if line.quantity.known else "",
            f"{line.value.amount} {line.value.currency}" if line.value else "",
            line.made_in or "",
            str(line.requirement) if line.requirement.known else "",
        )
        for line in (app.goods if app else ())
    ]
    undertakings = [
        (u.control.value, u.standing.value, str(u.when), u.source, u.person, u.remark)
        for u in (app.undertakings if app else ())
    ]
    replies = [
        (r.question, r.value.value, r.reason, r.source, r.person, str(r.when), "") for r in (app.replies if app else ())
    ]
    answered = {row[0]: number for number, row in enumerate(replies)}
    for question in questions:
        if question.id in answered:
            replies[answered[question.id]] = (*replies[answered[question.id]][:-1], question.text)
        else:
            replies.append((question.id, "", "", "", "", "", question.text))
    given = {True: "yes", False: "no", None: "unknown"}
    consents = [(c.by, given[c.given], str(c.when), c.source) for c in (app.consents if app else ())]
    parties = [(p.name, p.kind.value, own(p.part_of), p.country or "") for p in (app.parties if app else ())]
    tables |= {
        "goods": (FIELDS["goods"], goods),
        "undertakings": (FIELDS["undertakings"], undertakings),
        "replies": ((*FIELDS["replies"], "text"), replies),
        "consents": (FIELDS["consents"], consents),
        "parties": (FIELDS["parties"], parties),
    }
    return tables


def _fields(app: Application) -> dict[str, str]:
    names = {party.id: party.name for party in app.parties}

    def own(id_: str | None) -> str:
        return names.get(id_ or "", id_ or "")

    return {
        "application": app.id,
        "kind": app.kind.value,
        "licence": app.licence.value,
        "authority": app.authority or "",
        "exporter": own(app.exporter),
        "end user": own(app.end_user),
        "consignee": own(app.consignee),
        "brokers": "; ".join(map(own, app.brokers)),
        "route": "; ".join(map(own, app.route)),
        "end use": app.end_use,
        "date": str(app.when),
        "period": str(app.period),
        "policies": "; ".join(app.policies),
        "remark": app.remark,
    }
