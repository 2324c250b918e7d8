"""The form that the README sends is one that the front door takes whole."""

from datetime import date
from pathlib import Path

from services.referral.intake.form import IntakeForm
from services.referral.intake.gaps import Asked, gaps

EXAMPLE = Path(__file__).parent.parent.parent / "deploy" / "day" / "forms" / "example.json"


def test_the_readmes_form_lacks_nothing() -> None:
    form = IntakeForm.model_validate_json(EXAMPLE.read_text())
    asked = Asked(by_agency=True, has_key=True, today=date(2026, 11, 23))
    assert list(gaps(form, asked)) == []
