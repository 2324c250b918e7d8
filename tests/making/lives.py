"""The lives as pages for people: `python -m tests.making.lives` writes docs/lives afresh."""

from pathlib import Path

from chassis.lives import Life
from services.allocation.domain.statuses import LIFE as CASE
from services.handover.domain.statuses import LIFE as HANDOVER
from services.notifications.domain.life import LETTER, NOTIFICATION
from services.referral.domain.life import LIFE as REFERRAL

FOLDER = Path(__file__).parent.parent.parent / "docs" / "lives"
LIVES: dict[str, Life] = {
    life.name: life for life in (REFERRAL, CASE, HANDOVER, NOTIFICATION, LETTER)
}


def page_of(name: str) -> str:
    """Render one life's page."""
    note = "\nRendered from the step table in the code (`make lives`); corrected there, not here.\n"
    return LIVES[name].render() + note


def write_pages() -> None:
    """Write every page."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name in LIVES:
        (FOLDER / f"{name}.md").write_text(page_of(name))


if __name__ == "__main__":
    write_pages()
