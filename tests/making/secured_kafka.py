"""A real Kafka that asks for TLS and credentials, as a managed one or Strimzi's does."""

import subprocess
from datetime import timedelta
from ipaddress import IPv4Address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
)
from cryptography.x509.oid import NameOID
from pydantic import SecretStr

from chassis.clocks import wall_now
from chassis.messaging.kafka_security import KafkaAt, Login, Mechanism
from deploy.local.kafka import LocalKafka
from deploy.local.ports import free_ports

USER, PASSWORD = "hub-invented", "kafka-s3cret"
ADDED = """
listeners=PLAINTEXT://127.0.0.1:{plain},LOGIN://127.0.0.1:{login},MUTUAL://127.0.0.1:{mutual},\\
CONTROLLER://127.0.0.1:{controller}
advertised.listeners=PLAINTEXT://127.0.0.1:{plain},LOGIN://127.0.0.1:{login},\\
MUTUAL://127.0.0.1:{mutual}
listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT,LOGIN:SASL_SSL,MUTUAL:SSL
ssl.keystore.type=PEM
ssl.keystore.location={keystore}
ssl.truststore.type=PEM
ssl.truststore.location={authority}
listener.name.mutual.ssl.client.auth=required
sasl.enabled.mechanisms=PLAIN,SCRAM-SHA-256,SCRAM-SHA-512
listener.name.login.plain.sasl.jaas.config=\\
org.apache.kafka.common.security.plain.PlainLoginModule required user_{user}="{password}";
listener.name.login.scram-sha-256.sasl.jaas.config=\\
org.apache.kafka.common.security.scram.ScramLoginModule required;
listener.name.login.scram-sha-512.sasl.jaas.config=\\
org.apache.kafka.common.security.scram.ScramLoginModule required;
"""


class Authority:
    """A certificate authority of a test's own, which keeps what it signs in one folder."""

    def __init__(self, folder: Path, name: str = "authority") -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._folder, self._key = folder, ec.generate_private_key(ec.SECP256R1())
        self._name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        self._certificate = self._signed(self._name, self._key.public_key(), authority=True)
        self.file = folder / f"{name}.crt"
        self.file.write_bytes(self._certificate.public_bytes(Encoding.PEM))

    def signs(self, name: str, passphrase: bytes | None = None) -> tuple[Path, Path]:
        """Make a certificate for 127.0.0.1 and its key; give their files."""
        key = ec.generate_private_key(ec.SECP256R1())
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        certificate = self._signed(subject, key.public_key(), authority=False)
        files = self._folder / f"{name}.crt", self._folder / f"{name}.key"
        locked = BestAvailableEncryption(passphrase) if passphrase else NoEncryption()
        files[0].write_bytes(certificate.public_bytes(Encoding.PEM))
        files[1].write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, locked))
        return files

    def _signed(
        self, subject: x509.Name, key: ec.EllipticCurvePublicKey, *, authority: bool
    ) -> x509.Certificate:
        now = wall_now()
        local = x509.SubjectAlternativeName([x509.IPAddress(IPv4Address("127.0.0.1"))])
        return (
            x509.CertificateBuilder(self._name, subject, key, x509.random_serial_number())
            .not_valid_before(now - timedelta(minutes=5))
            .not_valid_after(now + timedelta(days=1))
            .add_extension(x509.BasicConstraints(ca=authority, path_length=None), critical=True)
            .add_extension(local, critical=False)
            .sign(self._key, SHA256())
        )


class SecuredKafka(LocalKafka):
    """The broker of one machine with two doors more: a password's, and a certificate's."""

    def __init__(self, data: Path) -> None:
        super().__init__(data)
        self.login, self.mutual = free_ports(2)
        self.authority = Authority(data / "tls")
        self.ours = self.authority.signs("ours")

    def _write_properties(self) -> Path:
        path = super()._write_properties()
        certificate, key = self.authority.signs("broker")
        keystore = certificate.with_suffix(".pem")
        keystore.write_text(key.read_text() + certificate.read_text())
        ports = {"plain": self.port, "login": self.login, "mutual": self.mutual}
        added = ADDED.format(
            **ports,
            controller=self._controller,
            keystore=keystore,
            authority=self.authority.file,
            user=USER,
            password=PASSWORD,
        )
        path.write_text(path.read_text() + added)
        return path

    def know(self, mechanism: Mechanism) -> None:
        """Let the user in by SCRAM too; Kafka keeps such passwords itself."""
        tool = self._java(main="kafka.admin.ConfigCommand")
        change = ["--alter", "--add-config", f"{mechanism}=[password={PASSWORD}]"]
        user = ["--entity-type", "users", "--entity-name", USER]
        subprocess.run([*tool, "--bootstrap-server", self.bootstrap, *change, *user], check=True)

    def by_password(self, mechanism: Mechanism = "PLAIN", password: str = PASSWORD) -> KafkaAt:
        return KafkaAt(
            f"127.0.0.1:{self.login}",
            "SASL_SSL",
            self.authority.file,
            login=Login(mechanism, USER, SecretStr(password)),
        )

    def by_certificate(self) -> KafkaAt:
        return KafkaAt(f"127.0.0.1:{self.mutual}", "SSL", self.authority.file, *self.ours)
