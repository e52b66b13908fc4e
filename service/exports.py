"""Answers of questions as files: what they hold is decided in :mod:`kg.questions.export`."""

from __future__ import annotations

import csv
import io

from flask import Response, json

from kg.questions import ResultTable
from kg.questions.export import csv_rows, json_document, turtle, xlsx_bytes

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def csv_response(table: ResultTable) -> Response:
    """The answer as CSV (RFC 4180, UTF-8), to be saved under the name of the question."""
    text = io.StringIO(newline="")
    csv.writer(text).writerows(csv_rows(table))
    return _to_be_saved(Response(text.getvalue(), mimetype="text/csv"), table, "csv")


def json_response(table: ResultTable) -> Response:
    """The answer as a JSON document."""
    text = json.dumps(json_document(table), ensure_ascii=False)
    return Response(text, mimetype="application/json")


def xlsx_response(table: ResultTable) -> Response:
    """The answer as a workbook, to be saved under the name of the question."""
    return _to_be_saved(Response(xlsx_bytes(table), mimetype=XLSX), table, "xlsx")


def turtle_response(table: ResultTable) -> Response:
    """The answer as RDF, in Turtle."""
    return _to_be_saved(Response(turtle(table), mimetype="text/turtle"), table, "ttl")


def _to_be_saved(response: Response, table: ResultTable, ending: str) -> Response:
    name = f"{table.question.id}.{ending}"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
