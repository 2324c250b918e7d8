"""What every drill has in common."""

import logging

import pytest


@pytest.fixture(autouse=True)
def quiet_kafka_client(caplog: pytest.LogCaptureFixture) -> None:
    """The drill's own reader of the topics would complain a thousand times of each outage."""
    caplog.set_level(logging.CRITICAL, "aiokafka")
