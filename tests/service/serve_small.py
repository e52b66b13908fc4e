"""Serve what the environment names, with the production server."""

import os

from service.server import serve
from service.settings import Settings

if __name__ == "__main__":
    serve(Settings.read(os.environ))
