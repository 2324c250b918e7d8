"""The card against the code: tables, settings, routes and what is said and heard."""

from typing import Any

import pytest
from cryptography.fernet import Fernet
from pydantic import ValidationError

from contracts.catalogue import MESSAGES
from services.notifications import CARD
from services.notifications.bus import handlers
from services.notifications.settings import NotificationsSettings
from services.notifications.store.tables import metadata
from tests.making.databases import Fresh, differences
from tests.making.telling import API_KEY, Office


@pytest.mark.postgres
def test_the_tables_are_those_of_the_migration(fresh_database: Fresh) -> None:
    assert differences(fresh_database("notifications").owner_url, metadata) == []


def test_every_key_begins_with_the_council() -> None:
    for table in metadata.sorted_tables:
        assert not table.c.council.nullable
        assert next(iter(table.primary_key.columns)).name == "council"


def test_personal_tables_are_tables() -> None:
    assert set(CARD.personal) <= set(metadata.tables)


@pytest.mark.postgres
async def test_what_is_heard_comes_from_topics_on_the_card(office: Office) -> None:
    assert {message.TOPIC for message in handlers(office.room)} == set(CARD.listens)
    said = {t for t, m in MESSAGES.items() if m.TOPIC == "early-help-notifications"}
    assert set(CARD.publishes) == said


@pytest.mark.postgres
async def test_the_quiet_report_counts_what_goes_on_by_itself(office: Office) -> None:
    quiet = await office.client.get("/health/live")
    assert quiet.status_code in (200, 503)


def settings(**other: Any) -> NotificationsSettings:
    sound: dict[str, Any] = {
        "environment": "production",
        "database_url": "postgresql://nobody@127.0.0.1:1/none",
        "kafka_bootstrap_servers": "127.0.0.1:1",
        "issuers": (),
        "audience": "kinbridge-notifications",
        "service_token_url": "https://hub.example/token",
        "service_client_id": "notifications",
        "service_client_secret": "invented-secret",
        "idempotency_key": "invented-key",
        "referral_url": "https://referral.example",
        "allocation_url": "https://allocation.example",
        "notify_api_key": API_KEY,
        "notify_callback_token": "told-to-notify",
        "webhook_encryption_key": Fernet.generate_key().decode(),
    }
    return NotificationsSettings(**(sound | other))


def test_production_speaks_https_alone_and_keys_must_be_keys() -> None:
    assert settings().notify_url.startswith("https://")
    with pytest.raises(ValidationError):
        settings(notify_url="http://notify.example")
    with pytest.raises(ValidationError):
        settings(webhook_encryption_key="not a key")
    with pytest.raises(ValidationError):
        settings(notify_callback_token="short")
