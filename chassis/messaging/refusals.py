"""Why Kafka did not let us in: aiokafka says only that it could not connect."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from ssl import SSLCertVerificationError, SSLError

import structlog
from aiokafka.conn import collect_hosts, create_conn
from aiokafka.errors import (
    IllegalSaslStateError,
    KafkaConnectionError,
    KafkaError,
    SaslAuthenticationFailed,
    UnsupportedSaslMechanismError,
)

from chassis.messaging.kafka_security import KafkaAt

log = structlog.get_logger()
REFUSED = (SaslAuthenticationFailed, UnsupportedSaslMechanismError, IllegalSaslStateError)
ANSWER_WITHIN_MS = 5_000


class KafkaRefusal(KafkaConnectionError):  # type: ignore[misc] # noqa: N818 - aiokafka has no types; named for the fact
    """Kafka is there, and we do not come together; `sentence` names settings, never values."""

    sentence = ""


class CredentialsRefused(KafkaRefusal):
    """Kafka does not know us."""

    sentence = "Kafka refuses kafka_username with kafka_password and kafka_sasl_mechanism."


class CertificateNotTrusted(KafkaRefusal):
    """We do not take what is there for Kafka."""

    sentence = "Kafka's certificate is not signed as kafka_ca_file asks, or not for its address."


class CertificateRefused(KafkaRefusal):
    """Kafka asks for a certificate, and ours is none that it takes."""

    sentence = "Kafka asks for a certificate, and does not take what kafka_certificate_file gives."


@asynccontextmanager
async def saying_why(kafka: KafkaAt) -> AsyncIterator[None]:
    """Let a client that cannot start tell why, without a name or a password.

    Raises:
        KafkaRefusal: Kafka is there and does not know us, or we do not know it.
    """
    try:
        yield
    except KafkaConnectionError as error:
        refusal = await refusal_of(kafka)
        if refusal is None:
            raise
        log.error("kafka_refuses", reason=refusal.sentence)  # noqa: TRY400 - told when raised
        raise refusal from error


async def refusal_of(kafka: KafkaAt) -> KafkaRefusal | None:
    """Ask the first server that answers whether it lets us in; None if so, or if all are away."""
    if kafka.protocol == "PLAINTEXT":
        return None
    told = kafka.arguments()
    for host, port, _ in collect_hosts(told.pop("bootstrap_servers")):
        try:
            connection = await create_conn(host, port, **told, request_timeout_ms=ANSWER_WITHIN_MS)
        except SSLCertVerificationError:
            return CertificateNotTrusted(CertificateNotTrusted.sentence)
        except REFUSED:
            return CredentialsRefused(CredentialsRefused.sentence)
        except (KafkaError, OSError, TimeoutError) as error:
            if isinstance(error.__cause__, SSLError):
                return CertificateRefused(CertificateRefused.sentence)
            continue
        connection.close()
        return None
    return None
