"""The tables are those that the migrations make, and each row has its council."""

import pytest

from services.referral import CARD
from services.referral.bus import handlers
from services.referral.domain.danger import ASKED_ABOUT_IT
from services.referral.domain.life import LIFE
from services.referral.domain.status import Status
from services.referral.main import assemble
from services.referral.store.tables import metadata
from services.referral.use_cases import clear_desk
from tests.making.databases import Fresh, differences
from tests.making.front_door import FrontDoor

WITHOUT_PEOPLE = {"agencies", "agency_secrets", "referrals"}


@pytest.mark.postgres
def test_the_code_and_the_migrations_agree(fresh_database: Fresh) -> None:
    assert differences(fresh_database("referral").owner_url, metadata) == []


def test_every_table_begins_with_its_council() -> None:
    for table in metadata.sorted_tables:
        first = next(iter(table.primary_key.columns))
        assert (first.name, first.nullable) == ("council", False), table.name


def test_the_card_names_every_table_with_people_in_it() -> None:
    assert set(CARD.personal) == set(metadata.tables) - WITHOUT_PEOPLE


@pytest.mark.postgres
async def test_what_it_hears_comes_by_the_topics_on_its_card(door: FrontDoor) -> None:
    assert {message.TOPIC for message in handlers(door.room)} == set(CARD.listens)
    assert callable(assemble)


def test_every_status_can_be_reached_and_left_or_is_the_end() -> None:
    reached = {step.then for step in LIFE.steps} | {Status.RECEIVED}
    assert reached == set(Status)
    assert "| received | taken up | screening | duty worker, duty manager |" in LIFE.render()


def test_no_decision_silences_danger() -> None:
    assert not {*ASKED_ABOUT_IT} & {*clear_desk.ASKED}
