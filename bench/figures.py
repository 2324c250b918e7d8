"""One figure of a bench: what was measured, beside what, and what it should be."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Figure:
    """A measured value with its unit, the limit it is held against, and its target.

    `ratio` is value over limit where there is a limit; `target` says in words what is wanted.
    """

    name: str
    value: float
    unit: str
    limit: float | None = None
    limit_name: str = ""
    target: str = ""

    @property
    def ratio(self) -> float | None:
        """Give the value over its limit."""
        return self.value / self.limit if self.limit else None

    def line(self) -> str:
        """Write it for the report."""
        text = f"{self.name}: {self.value:,.1f} {self.unit}"
        if self.limit is not None:
            text += f" beside {self.limit:,.1f} {self.unit} of {self.limit_name}"
            text += f" = {self.ratio:.2f}"
        return f"{text} ({self.target})" if self.target else text
