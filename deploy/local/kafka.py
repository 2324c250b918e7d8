"""A real Kafka broker on this machine, without Docker: started, stopped, killed and paused."""

import base64
import os
import signal
import subprocess
from pathlib import Path
from string import Template

from chassis.messaging.kafka_security import KafkaAt
from deploy.local.children import OneProcess, last_lines, start_child
from deploy.local.jars import HERE, class_path
from deploy.local.java import find_java
from deploy.local.kafka_ready import wait_until_ready
from deploy.local.places import CannotStartError, cache
from deploy.local.ports import free_ports
from deploy.local.state_file import read_state, write_private, write_state


class LocalKafka(OneProcess):
    """One broker (and its own controller) that keeps its records under one folder.

    Args:
        data: Its folder; kept from one start to the next.
        port: The port it listens on; a free one, remembered in the folder, when None.
        heap: The most memory Java may use for it.
        advertised: The port it tells clients to use, where a proxy stands in front.
    """

    def __init__(
        self,
        data: Path,
        port: int | None = None,
        heap: str = "384m",
        *,
        advertised: int | None = None,
    ) -> None:
        self.data = data.resolve()
        self.heap = heap
        self.log = self.data / "kafka.log"
        self._state = self.data / "kafka.json"
        kept = read_state(self._state)
        ports = free_ports(2)
        self.port = port or kept.get("port") or ports[0]
        self._controller = kept.get("controller") or ports[1]
        self._advertised = advertised or self.port
        super().__init__(kept)

    @property
    def bootstrap(self) -> str:
        """Its address, as clients name it."""
        return f"127.0.0.1:{self._advertised}"

    def start(self, *, within: float = 60.0) -> None:
        """Start it, and return when it is ready to take a topic.

        Raises:
            CannotStartError: It ended or was not ready in time; with the end of its log.
        """
        if not self.running:
            self._launch()
        if not wait_until_ready(KafkaAt(self.bootstrap), within=within, alive=lambda: self.running):
            raise CannotStartError(f"Kafka did not become ready.\n{last_lines(self.log)}")

    def stop(self) -> None:
        """Stop it in good order."""
        if self._child:
            self._child.stop()

    def kill(self) -> None:
        """End it as a power cut would."""
        if self._child:
            self._child.kill()

    def pause(self) -> None:
        """Let it hang: it keeps its connections and answers nothing."""
        if self._child:
            self._child.send(signal.SIGSTOP)

    def resume(self) -> None:
        """Let it go on after `pause`."""
        if self._child:
            self._child.send(signal.SIGCONT)

    def _launch(self) -> None:
        self.data.mkdir(parents=True, exist_ok=True)
        properties = self._write_properties()
        if not (self.data / "records" / "meta.properties").exists():
            self._format(properties)
        java = find_java()
        archive = cache() / f"kafka-{java.major}.jsa"
        memory = ["-Xms128m", f"-Xmx{self.heap}", "-XX:+UseSerialGC"]
        speed = ["-XX:TieredStopAtLevel=1", "-XX:ActiveProcessorCount=2"]
        options = [*memory, *speed, *java.archive_options(archive)]
        command = [*self._java(*options, main="kafka.Kafka"), str(properties)]
        self._child = start_child(command, log=self.log, directory=self.data)
        self._remember()

    def _remember(self) -> None:
        child = self._child
        process = {"pid": child.pid, "started": child.started} if child else {}
        write_state(self._state, {"port": self.port, "controller": self._controller, **process})

    def _write_properties(self) -> Path:
        template = Template((HERE / "server.properties").read_text())
        path = self.data / "server.properties"
        text = template.substitute(
            port=self.port,
            advertised=self._advertised,
            controller=self._controller,
            logs=self.data / "records",
        )
        write_private(path, text)
        return path

    def _format(self, properties: Path) -> None:
        identity = "k" + base64.urlsafe_b64encode(os.urandom(16)).decode().rstrip("=")[1:]
        format_ = ["format", "-t", identity, "-c", str(properties), "--ignore-formatted"]
        command = [*self._java(main="kafka.tools.StorageTool"), *format_]
        told = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
        if told.returncode:
            raise CannotStartError(f"Kafka's folder could not be made.\n{told.stderr[-1000:]}")

    def _java(self, *options: str, main: str) -> list[str]:
        logging = f"-Dlog4j2.configurationFile={HERE / 'log4j2.properties'}"
        return [str(find_java().path), *options, logging, "-cp", class_path(), main]
