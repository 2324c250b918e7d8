"""Errors named for the fact behind them: each has a slug and writes its own sentence.

HTTP statuses are not known here; `chassis.web.problems` holds the one table at the edge.
"""

from typing import ClassVar


class Fact(Exception):  # noqa: N818 - a fact is not an "error" to the person who reads it
    """A rule of the field said no. The sentence is safe to show: it holds no personal data."""

    slug: ClassVar[str] = "refused"
    title: ClassVar[str] = "The request was refused"

    def __init__(self, sentence: str = "", **members: str | int | bool | list[str]) -> None:
        """Take the sentence to show and extra members for the problem document."""
        super().__init__(sentence or self.title)
        self.sentence = sentence or self.title
        self.members = members


class NotAllowed(Fact):
    """The step is not allowed now (409)."""

    slug = "not-allowed-now"
    title = "This step is not allowed now"


class NotFound(Fact):
    """There is no such thing for this reader, in this council (404)."""

    slug = "not-found"
    title = "There is nothing here for you under that reference"


class Forbidden(Fact):
    """The reader may not do or see this (403)."""

    slug = "not-permitted"
    title = "You may not do this"


class Malformed(Fact):
    """The input could not be understood (422)."""

    slug = "malformed"
    title = "The request could not be understood"


class TryLater(Fact):
    """Nothing is wrong with the request; something it needs is away (503)."""

    slug = "try-later"
    title = "Something this needs is away; try again shortly"


class TwinRunning(TryLater):
    """The same request is being worked on at this moment (425)."""

    slug = "twin-running"
    title = "The same request is being worked on; ask again in a moment"
