"""What each story of the day must have come to, written by hand from the specification."""

from dataclasses import dataclass
from typing import Literal

Owner = Literal["front_door", "early_help", "children_social_care", "nobody"]


@dataclass(frozen=True)
class Expected:
    """A story's end.

    `told` lists the milestones the referrer is told, each once, in no order; `by` the channel
    that settles them where it is not the partner's webhook; `suppressed` those that may not be
    told. `letters` and `transfers` count what left for the family and for social care.
    """

    story: str
    status: str
    owner: Owner
    told: tuple[str, ...]
    suppressed: tuple[str, ...] = ()
    by: str = "webhook"
    letters: int = 0
    transfers: int = 0
    case: str | None = None
