"""The front door's one statement stays what psycopg reads once."""

from psycopg import _queries

from services.referral.store.arrivals import SAVE_ARRIVAL


def test_what_stores_a_referral_is_short_enough_to_be_read_once() -> None:
    assert len(SAVE_ARRIVAL.statement) <= _queries.MAX_CACHED_STATEMENT_LENGTH
