"""Errors with a sentence for the user.

One place turns them into an exit status (``kg.cli``) or an HTTP answer (``service.errors``).
"""

from __future__ import annotations


class CritmatError(Exception):
    """Something a user can understand and mend.

    ``message`` says what is wrong and where, ``remedy`` what to do about it.
    """

    #: Exit status of the command line.
    exit_status = 1
    #: HTTP status and short title of the service.
    http_status = 500
    title = "Something went wrong"

    def __init__(self, message: str, *, remedy: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.remedy = remedy

    def __str__(self) -> str:
        return f"{self.message} {self.remedy}".strip()


class UsageError(CritmatError):
    """The caller asked for something that does not exist or does not fit."""

    exit_status = 2
    http_status = 400
    title = "Bad request"


class NotFoundError(UsageError):
    """The thing asked for is not here."""

    http_status = 404
    title = "Not found"
