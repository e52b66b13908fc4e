"""Answers of questions as files: what they hold is decided in :mod:`kg.questions.export`."""

from __future__ import annotations

import csv
import io

from flask import Response, json

from kg.questions import ResultTable
from kg.questions.export import csv_rows, json_document


def csv_response(table: ResultTable) -> Response:
    """The answer as CSV (RFC 4180, UTF-8), to be saved under the name of the question."""
    text = io.StringIO(newline="")
    csv.writer(text).writerows(csv_rows(table))
    response = Response(text.getvalue(), mimetype="text/csv")
    name = f"{table.question.id}.csv"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def json_response(table: ResultTable) -> Response:
    """The answer as a JSON document."""
    text = json.dumps(json_document(table), ensure_ascii=False)
    return Response(text, mimetype="application/json")
