"""An answer as a file: CSV, JSON, a workbook or RDF, the same for command line and service."""

from __future__ import annotations

from kg.questions.export.document import json_document
from kg.questions.export.result_set import turtle
from kg.questions.export.rows import FileTooLargeError, csv_rows
from kg.questions.export.workbook import xlsx_bytes

__all__ = ["FileTooLargeError", "csv_rows", "json_document", "turtle", "xlsx_bytes"]
