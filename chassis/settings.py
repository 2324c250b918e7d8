"""The settings that every service reads once, at its start, from the environment or files."""

from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, SecretStr, model_validator

from chassis.kafka_settings import KafkaSettings

Kind = Literal["staff", "agency", "service"]


class TrustedIssuer(BaseModel):
    """An issuer of tokens that this service believes, and of whom it believes them."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    issuer: str
    jwks_url: str
    kind: Kind
    council: str | None = None

    @model_validator(mode="after")
    def _staff_belong_to_a_council(self) -> Self:
        if self.kind == "staff" and not self.council:
            message = "a staff issuer speaks for exactly one council"
            raise ValueError(message)
        return self


class ServiceSettings(KafkaSettings):
    """What every service reads besides where Kafka is."""

    environment: Annotated[
        Literal["development", "production"],
        Field(description="`production` refuses simulators, plain http and a movable clock."),
    ] = "production"
    service_host: Annotated[str, Field(description="Address to listen on.")] = "127.0.0.1"
    service_port: Annotated[int, Field(description="Port to listen on.")] = 8000
    database_url: Annotated[SecretStr, Field(description="PostgreSQL, as the application role.")]
    owner_database_url: Annotated[
        SecretStr | None, Field(description="PostgreSQL, as the owner role; `migrate` alone.")
    ] = None
    database_pool: Annotated[int, Field(ge=1, description="Connections in the pool.")] = 5
    statement_timeout_ms: Annotated[int, Field(description="Longest one statement may run.")] = (
        10_000
    )
    lock_timeout_ms: Annotated[int, Field(description="Longest wait for a lock.")] = 3_000
    kafka_session_timeout_ms: Annotated[int, Field(description="Consumer session.")] = 10_000
    kafka_group_instance_id: Annotated[
        str | None, Field(description="Static membership; only where replicas keep their names.")
    ] = None
    councils_directory: Annotated[Path, Field(description="Folder of the council files.")] = Path(
        "councils"
    )
    issuers: Annotated[
        tuple[TrustedIssuer, ...], Field(description="JSON list of the issuers believed.")
    ]
    audience: Annotated[str, Field(description="The audience a token must name.")]
    service_token_url: Annotated[str, Field(description="Where this service gets its tokens.")]
    service_client_id: Annotated[str, Field(description="Its client id there.")]
    service_client_secret: Annotated[SecretStr, Field(description="Its client secret there.")]
    idempotency_key: Annotated[
        SecretStr, Field(description="Key of the HMAC that stands for a request's body.")
    ]
    field_clock_file: Annotated[
        Path | None, Field(description="Movable field clock; development only.")
    ] = None
    outbox_alarm_seconds: Annotated[
        int, Field(description="Age of the oldest unpublished event that raises the alarm.")
    ] = 60
    outbox_refuse_seconds: Annotated[
        int, Field(description="Age at which new work without danger is asked to come later.")
    ] = 4 * 3600
    parked_in_a_row: Annotated[
        int, Field(ge=1, description="Messages parked in a row before the consumer stops.")
    ] = 100
    fact_wait_alarm_seconds: Annotated[
        int, Field(description="How long a message may wait for its fact before the alarm.")
    ] = 900
    log_level: Annotated[str, Field(description="debug, info, warning or error.")] = "info"
    otlp_endpoint: Annotated[
        str | None, Field(description="Where traces go; nowhere when unset.")
    ] = None

    @model_validator(mode="after")
    def _production_is_for_real(self) -> Self:
        if self.environment == "production":
            if self.field_clock_file is not None:
                message = "field_clock_file moves due dates and is for development only"
                raise ValueError(message)
            _refuse_plain_http([i.jwks_url for i in self.issuers] + [self.service_token_url])
        return self

    def shown(self) -> dict[str, Any]:
        """Tell the settings without their secrets, for a log line at start."""
        return {
            name: value
            for name, value in self.model_dump(mode="json").items()
            if "**" not in str(value)
        }


def _refuse_plain_http(urls: list[str]) -> None:
    plain = [url for url in urls if not url.startswith("https://")]
    if plain:
        message = f"{len(plain)} address(es) use plain http, which is for development only"
        raise ValueError(message)
