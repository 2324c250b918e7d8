"""One figure of a bench: what was measured, beside what, and what it should be."""

import os
from dataclasses import dataclass, field


def load_now() -> float:
    """Tell the machine's load average of the last minute."""
    return os.getloadavg()[0]


@dataclass(frozen=True)
class Figure:
    """A measured value with its unit, the limit it is held against, and its target.

    `least` and `most` are wanted of the ratio where there is a limit, else of the value. `load`
    is the machine's load average just after: where it is far above what the bench itself makes,
    others ran beside it and the figure says little.
    """

    name: str
    value: float
    unit: str
    limit: float | None = None
    limit_name: str = ""
    least: float | None = None
    most: float | None = None
    note: str = ""
    load: float = field(default_factory=load_now)

    @property
    def ratio(self) -> float | None:
        """Give the value over its limit."""
        return self.value / self.limit if self.limit else None

    @property
    def target(self) -> str:
        """Say what is wanted."""
        least = f"at least {self.least:g}" if self.least is not None else ""
        return least or (f"at most {self.most:g}" if self.most is not None else "")

    @property
    def missed(self) -> bool:
        """Whether it is not what is wanted."""
        held = self.value if self.ratio is None else self.ratio
        too_little = self.least is not None and held < self.least
        return too_little or (self.most is not None and held > self.most)

    @property
    def measured(self) -> str:
        """Write the value, and its limit where it has one."""
        text = f"{self.value:,.1f} {self.unit}"
        if self.limit is not None:
            text += f" beside {self.limit:,.1f} of {self.limit_name} = {self.ratio:.2f}"
        return text

    def line(self) -> str:
        """Write it for the report."""
        wanted = f"; wanted: {self.target}" if self.target else ""
        missed = " MISSED" if self.missed else ""
        note = f"; {self.note}" if self.note else ""
        return f"{self.name}: {self.measured} (load {self.load:.1f}{note}{wanted}){missed}"
