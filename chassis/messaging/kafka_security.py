"""Where Kafka is and how to be let in there: the one place that knows certificates and passwords.

Every client of Kafka is made with the arguments that `KafkaAt` gives.
"""

import ssl
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

from pydantic import SecretStr

Protocol = Literal["PLAINTEXT", "SSL", "SASL_SSL"]
Mechanism = Literal["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"]
Files = tuple[Path | None, Path | None, Path | None]


class UnusableKafkaFile(Exception):  # noqa: N818 - named for the fact
    """A file that a setting names is missing, may not be read, or is not PEM of the right kind."""


@dataclass(frozen=True)
class Login:
    """A user of Kafka's."""

    mechanism: Mechanism
    username: str
    password: SecretStr


@dataclass(frozen=True)
class KafkaAt:
    """Kafka's addresses and what it asks of those who come.

    Args:
        servers: host:port, comma separated.
        protocol: Whether with TLS, and whether with a password.
        ca_file: Whom to believe, as PEM; the system's authorities when None.
        certificate_file: Our own certificate, as PEM, where Kafka asks for one.
        key_file: Its private key, as PEM and without a passphrase.
        login: With SASL_SSL.
    """

    servers: str
    protocol: Protocol = "PLAINTEXT"
    ca_file: Path | None = None
    certificate_file: Path | None = None
    key_file: Path | None = None
    login: Login | None = field(default=None, repr=False)

    def arguments(self) -> dict[str, Any]:
        """Give what any client of aiokafka takes.

        Raises:
            UnusableKafkaFile: A certificate or key cannot be used.
        """
        told: dict[str, Any] = {"bootstrap_servers": self.servers}
        if context := self.tls():
            told |= {"security_protocol": self.protocol, "ssl_context": context}
        if self.login:
            told |= {
                "sasl_mechanism": self.login.mechanism,
                "sasl_plain_username": self.login.username,
                "sasl_plain_password": self.login.password.get_secret_value(),
            }
        return told

    def tls(self) -> ssl.SSLContext | None:
        """Give what TLS needs, read again once a file has changed; None where there is no TLS.

        Raises:
            UnusableKafkaFile: A certificate or key cannot be used.
        """
        if self.protocol == "PLAINTEXT":
            return None
        files = (self.ca_file, self.certificate_file, self.key_file)
        return _read(files, tuple(map(_changed, files)))


def _changed(file: Path | None) -> int | None:
    try:
        return file.stat().st_mtime_ns if file else None
    except OSError:
        return None  # reading it tells what is wrong


@lru_cache(maxsize=1)
def _read(files: Files, _changed_at: tuple[int | None, ...]) -> ssl.SSLContext:
    """Read the files; all clients share what was read, because the system's list is a megabyte."""
    authority, certificate, key = files
    try:
        context = ssl.create_default_context(cafile=authority)
    except OSError as error:
        raise UnusableKafkaFile("kafka_ca_file holds no readable PEM certificates") from error
    if certificate:
        try:
            context.load_cert_chain(certificate, key, password="")
        except OSError as error:
            message = "kafka_certificate_file and kafka_key_file are no readable PEM pair"
            raise UnusableKafkaFile(message) from error
    return context
