"""Serve the questions of tests/service/data/questions instead of the shipped ones."""

import os
from pathlib import Path
from unittest import mock

from service.server import serve
from service.settings import Settings

FOLDER = Path(__file__).resolve().parent / "data" / "questions"

if __name__ == "__main__":
    with mock.patch("kg.questions.catalogue.queries_dir", lambda: FOLDER):
        serve(Settings.read(os.environ))
