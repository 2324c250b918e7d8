"""Writes .env.example from the services' settings classes (`make env-example`), or compares it.

It reads the classes by name, at a developer's desk alone; nothing that is deployed does so.
"""

import importlib
import json
import sys
from collections.abc import Iterator
from typing import Any

from pydantic import SecretStr
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

from chassis.settings import ServiceSettings
from deploy.containers.compose_file import ComposeFile
from deploy.local.parts import SERVICES
from deploy.local.places import ROOT

TARGET = ROOT / ".env.example"
HEAD = """\
# Every setting of Kinbridge, with its default. Made from the settings classes, and compared with
# them by the tests: `make env-example` writes it afresh.
#
# docker-compose.yml reads .env from this folder; `make first-start` writes one for a trial.
# A line without a comment sign must be given a value. Secrets are files, never lines here.
"""
COMPOSE_ONLY = {
    "COMPOSE_PROFILES": ("`dev` adds the simulators; development only.", ""),
    "KINBRIDGE_VERSION": ("The images' tag.", "local"),
    "KINBRIDGE_SECRETS": ("The folder of the secret files.", "./.local/containers/secrets"),
    "KINBRIDGE_BUILD_NETWORK": (
        "`host` where a build may not have a network of its own.",
        "default",
    ),
    "KINBRIDGE_PORT_OF_REFERRAL": ("The referral service's port on 127.0.0.1.", "8101"),
    "KINBRIDGE_PORT_OF_ALLOCATION": ("The allocation service's port on 127.0.0.1.", "8102"),
    "KINBRIDGE_PORT_OF_HANDOVER": ("The handover service's port on 127.0.0.1.", "8103"),
    "KINBRIDGE_PORT_OF_NOTIFICATIONS": ("The notifications service's port on 127.0.0.1.", "8104"),
    "KINBRIDGE_PORT_OF_SIMULATORS": ("The simulators' port on 127.0.0.1.", "8100"),
}


def settings_class(service: str) -> type[ServiceSettings]:
    """Find the settings class of a service: the one that its settings.py defines."""
    module = importlib.import_module(f"services.{service}.settings")
    (found,) = (
        kind
        for kind in vars(module).values()
        if isinstance(kind, type)
        and issubclass(kind, ServiceSettings)
        and kind.__module__ == module.__name__
    )
    return found


def fields_of(service: str) -> dict[str, FieldInfo]:
    """Every setting of a service by its variable."""
    return {f"KINBRIDGE_{n.upper()}": f for n, f in settings_class(service).model_fields.items()}


def is_secret(field: FieldInfo) -> bool:
    """Whether a setting is a secret."""
    return SecretStr in (field.annotation, *getattr(field.annotation, "__args__", ()))


def example(compose: ComposeFile) -> str:
    """Write the whole file."""
    return HEAD + "".join(_sections(compose))


def _sections(compose: ComposeFile) -> Iterator[str]:
    yield _title("For docker-compose.yml itself")
    for name, (sentence, default) in COMPOSE_ONLY.items():
        yield f"# {sentence}\n#{name}={default}\n"
    readers = _readers()
    for group in sorted(set(readers.values()), key=lambda who: (-len(who), SERVICES.index(who[0]))):
        every = group == SERVICES
        yield _title("Every service" if every else f"Read by {' and '.join(group)}")
        for name in (name for name, who in readers.items() if who == group):
            field = fields_of(group[0])[name]
            yield f"# {field.description}\n{_line(name, field, compose, group[0])}\n"


def _readers() -> dict[str, tuple[str, ...]]:
    """Which services read each setting."""
    fields = {service: fields_of(service) for service in SERVICES}
    names = dict.fromkeys(name for known in fields.values() for name in known)
    return {name: tuple(s for s in SERVICES if name in fields[s]) for name in names}


def _title(text: str) -> str:
    return f"\n# ---- {text}\n\n"


def _line(name: str, field: FieldInfo, compose: ComposeFile, service: str) -> str:
    if is_secret(field):
        secret = compose.secrets(f"{service}-migrations")[name.lower()]
        return f"#{name}: the secret file {secret.replace(service, '<service>')}"
    written: Any = compose.service(service)["environment"].get(name, "")
    if written is not None and not str(written).startswith("${"):
        return f"#{name}: set in docker-compose.yml"
    if written is not None:
        return f"#{name}={compose.filled(str(written))}"
    return f"{name}=" if field.is_required() else f"#{name}={_default(field)}"


def _default(field: FieldInfo) -> str:
    value = field.get_default(call_default_factory=True)
    if value is None or value is PydanticUndefined:
        return ""
    return json.dumps(value) if isinstance(value, dict | list | tuple) else str(value)


def main(*, check: bool) -> int:
    """Write the file or, with `check`, tell whether it is as it should be."""
    wanted = example(ComposeFile.read(variables={}))
    if not check:
        TARGET.write_text(wanted)
        return 0
    same = TARGET.exists() and TARGET.read_text() == wanted
    if not same:
        print(".env.example is out of date: make env-example")
    return 0 if same else 1


if __name__ == "__main__":
    sys.exit(main(check="--check" in sys.argv[1:]))
