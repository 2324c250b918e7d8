"""An application with the shared edge around a test's own routes, and a client that calls it."""

from collections.abc import Collection
from typing import Any

import httpx
from fastapi import APIRouter, FastAPI
from pydantic import SecretStr

from chassis.settings import ServiceSettings
from chassis.web.application import make_application
from tests.making.issuers import AUDIENCE, Issuer, network_of


def some_settings(*issuers: Issuer, **other: Any) -> ServiceSettings:
    """Make settings for an invented service that trusts these issuers."""
    sound: dict[str, Any] = {
        "environment": "development",
        "database_url": "postgresql://nobody@127.0.0.1:1/none",
        "kafka_bootstrap_servers": "127.0.0.1:1",
        "issuers": tuple(issuer.registration for issuer in issuers),
        "audience": AUDIENCE,
        "service_token_url": "https://hub.example/token",
        "service_client_id": "referral",
        "service_client_secret": SecretStr("invented-secret"),
        "idempotency_key": SecretStr("invented-key"),
    }
    return ServiceSettings(**(sound | other))


def an_application(
    router: APIRouter,
    *issuers: Issuer,
    public: Collection[str] = (),
    room: object = None,
    **settings: Any,
) -> FastAPI:
    """Put the shared edge around a router; the issuers' keys are fetched through a fake network."""
    return make_application(
        "invented",
        [router],
        room,
        some_settings(*issuers, **settings),
        public=public,
        issuers_transport=network_of(*issuers),
    )


def calling(app: FastAPI) -> httpx.AsyncClient:
    """Make a client that calls the application without a network."""
    return httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://test")
