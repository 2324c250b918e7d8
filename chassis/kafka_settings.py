"""The settings that everything that speaks to Kafka reads, services and jobs alike."""

import os
from pathlib import Path
from typing import Annotated, Any, Self

from pydantic import Field, SecretStr, model_validator
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from chassis.messaging.kafka_security import KafkaAt, Login, Mechanism, Protocol

LOGIN = ("kafka_username", "kafka_password", "kafka_sasl_mechanism")
FILES = ("kafka_ca_file", "kafka_certificate_file", "kafka_key_file")
OPTIONAL = ("kafka_security_protocol", *FILES, *LOGIN)


class KafkaSettings(BaseSettings):
    """Every setting has the prefix KINBRIDGE_; a secret may be a file instead.

    A file named like the variable in lower case, in the folder KINBRIDGE_SECRETS_DIRECTORY,
    serves in place of the variable, so that no secret need stand in an environment.
    """

    model_config = SettingsConfigDict(
        env_prefix="KINBRIDGE_", frozen=True, extra="ignore", hide_input_in_errors=True
    )

    kafka_bootstrap_servers: Annotated[str, Field(description="host:port, comma separated.")]
    kafka_security_protocol: Annotated[
        Protocol, Field(description="PLAINTEXT, SSL or SASL_SSL; never a password without TLS.")
    ] = "PLAINTEXT"
    kafka_ca_file: Annotated[
        Path | None,
        Field(description="Who must have signed Kafka's certificate (PEM); else the system's."),
    ] = None
    kafka_certificate_file: Annotated[
        Path | None, Field(description="Our certificate (PEM), where Kafka asks for one.")
    ] = None
    kafka_key_file: Annotated[
        Path | None, Field(description="Its private key (PEM, without a passphrase).")
    ] = None
    kafka_sasl_mechanism: Annotated[
        Mechanism, Field(description="PLAIN, SCRAM-SHA-256 or SCRAM-SHA-512; with SASL_SSL.")
    ] = "SCRAM-SHA-512"
    kafka_username: Annotated[
        str | None, Field(description="Our name at Kafka; with SASL_SSL.")
    ] = None
    kafka_password: Annotated[
        SecretStr | None, Field(description="Our password there; an empty file is none.")
    ] = None

    @property
    def kafka(self) -> KafkaAt:
        """Where Kafka is, and how to be let in."""
        name, password = self.kafka_username, self.kafka_password
        return KafkaAt(
            self.kafka_bootstrap_servers,
            self.kafka_security_protocol,
            self.kafka_ca_file,
            self.kafka_certificate_file,
            self.kafka_key_file,
            Login(self.kafka_sasl_mechanism, name, password) if name and password else None,
        )

    @model_validator(mode="before")
    @classmethod
    def _an_empty_line_says_nothing(cls, given: dict[str, Any]) -> dict[str, Any]:
        return {name: value for name, value in given.items() if value or name not in OPTIONAL}

    @model_validator(mode="after")
    def _kafka_is_told_all_of_it_and_no_more(self) -> Self:
        protocol = self.kafka_security_protocol
        given = [name for name in (*FILES, *LOGIN) if name in self.model_fields_set]
        given = [name for name in given if getattr(self, name) is not None]
        needed = [*LOGIN[:2]] if protocol == "SASL_SSL" else []
        if missing := [name for name in needed if name not in given]:
            _refuse(f"kafka_security_protocol {protocol} needs {' and '.join(missing)}")
        idle = {"PLAINTEXT": (*FILES, *LOGIN), "SSL": LOGIN, "SASL_SSL": ()}[protocol]
        if told := [name for name in given if name in idle]:
            _refuse(f"{' and '.join(told)}: of no use with kafka_security_protocol {protocol}")
        if (self.kafka_certificate_file is None) != (self.kafka_key_file is None):
            _refuse("kafka_certificate_file and kafka_key_file are given together or not at all")
        return self

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - the library's signature
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - as above
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Read arguments, then the environment, then the folder of secret files."""
        folder = os.environ.get("KINBRIDGE_SECRETS_DIRECTORY")
        if not folder:
            return (init_settings, env_settings)
        from pydantic_settings import SecretsSettingsSource  # noqa: PLC0415 - rarely needed

        return (init_settings, env_settings, SecretsSettingsSource(settings_cls, folder))


def _refuse(message: str) -> None:
    raise ValueError(message)
