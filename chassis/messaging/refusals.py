"""Why Kafka did not let us in: aiokafka says only that it could not connect."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from ssl import SSLCertVerificationError, SSLError
from typing import Any

import structlog
from aiokafka.conn import collect_hosts, create_conn
from aiokafka.errors import (
    IllegalSaslStateError,
    KafkaConnectionError,
    KafkaError,
    SaslAuthenticationFailed,
    UnsupportedSaslMechanismError,
)
from aiokafka.protocol.metadata import MetadataRequest

from chassis.messaging.kafka_security import KafkaAt, UnusableKafkaFile

log = structlog.get_logger()
REFUSED = (SaslAuthenticationFailed, UnsupportedSaslMechanismError, IllegalSaslStateError)
ANSWER_WITHIN_MS = 5_000


class KafkaRefusal(KafkaConnectionError):  # type: ignore[misc] # noqa: N818 - aiokafka has no types; named for the fact
    """Kafka is there, and we do not come together; `sentence` names settings, never values."""

    sentence = ""

    def __init__(self) -> None:
        super().__init__(self.sentence)


class OtherProtocol(KafkaRefusal):
    """What is there speaks TLS and we do not, or the other way round, or it asks for a password."""

    sentence = (
        "What answers at kafka_bootstrap_servers does not speak kafka_security_protocol:"
        " another port is meant, or another protocol."
    )


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
    """Let a client that cannot be made or started tell why, without a name or a password.

    Raises:
        KafkaRefusal: Kafka is there and does not know us, or we do not know it.
        UnusableKafkaFile: A certificate or key cannot be used any more.
    """
    try:
        yield
    except UnusableKafkaFile as error:
        log.error("kafka_refuses", reason=str(error))  # noqa: TRY400 - told when raised
        raise
    except KafkaConnectionError as error:
        refusal = await refusal_of(kafka)
        if refusal is None:
            raise
        log.error("kafka_refuses", reason=refusal.sentence)  # noqa: TRY400 - told when raised
        raise refusal from error


async def refusal_of(kafka: KafkaAt) -> KafkaRefusal | None:
    """Ask the first server that answers whether it lets us in; None if so, or if all are away."""
    told = kafka.arguments()
    for host, port, _ in collect_hosts(told.pop("bootstrap_servers")):
        try:
            await _ask(host, port, told)
        except KafkaRefusal as refusal:
            return refusal
        except (KafkaError, OSError, TimeoutError):
            continue
        return None
    return None


async def _ask(host: str, port: int, told: Mapping[str, Any]) -> None:
    try:
        await _come_in(host, port, told)
    except (KafkaRefusal, TimeoutError):
        raise  # what hangs may speak anything
    except SSLCertVerificationError as error:
        raise CertificateNotTrusted from error
    except REFUSED as error:
        raise CredentialsRefused from error
    except (KafkaError, OSError) as error:
        if await _speaks_otherwise(host, port, tls="ssl_context" in told):
            raise OtherProtocol from error
        if isinstance(error, SSLError) or isinstance(error.__cause__, SSLError):
            raise CertificateRefused from error
        raise


async def _come_in(host: str, port: int, told: Mapping[str, Any]) -> None:
    connection = await create_conn(host, port, **told, request_timeout_ms=ANSWER_WITHIN_MS)
    try:
        if "sasl_mechanism" not in told:
            await connection.send(MetadataRequest([]))
    except KafkaConnectionError as error:  # its version it tells even those who owe a password
        raise OtherProtocol from error
    finally:
        connection.close()


async def _speaks_otherwise(host: str, port: int, *, tls: bool) -> bool:
    """Try the other way, and give it nothing: a server that merely went away answers neither."""
    try:
        if tls:
            (await create_conn(host, port, request_timeout_ms=ANSWER_WITHIN_MS)).close()
        else:
            async with asyncio.timeout(ANSWER_WITHIN_MS / 1000):
                _, writer = await asyncio.open_connection(host, port, ssl=_whoever_it_is())
            writer.close()
    except SSLError as error:
        return not tls and "ALERT" in (error.reason or "")  # TLS it speaks, if not with us
    except (KafkaError, OSError, TimeoutError):
        return False
    return True


def _whoever_it_is() -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    return context
