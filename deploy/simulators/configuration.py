"""The one JSON file that says which councils, services and keys the simulators play for."""

import os
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, SecretStr

Name = Annotated[str, Field(pattern="^[a-z0-9][a-z0-9-]{0,63}$")]
CareSystem = Literal["liquidlogic", "mosaic"]


class Part(BaseModel):
    """A part of the configuration: a misspelt key is refused, a secret is never echoed."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)


class CouncilPart(Part):
    """A council whose staff, and whose social care system, are played."""

    care_system: CareSystem
    care_client_secret: SecretStr


class NotifyPart(Part):
    """GOV.UK Notify: whose keys it knows, how fast it is, and whom it tells."""

    api_keys: tuple[SecretStr, ...] = ()
    templates_file: Path | None = None
    sending_after_seconds: Annotated[float, Field(ge=0)] = 0.2
    settled_after_seconds: Annotated[float, Field(ge=0)] = 0.5
    returned_after_seconds: Annotated[float, Field(ge=0)] = 2
    receipts_url: str | None = None
    returned_letters_url: str | None = None
    receipts_bearer: SecretStr = SecretStr("")
    receipts_retry_seconds: tuple[float, ...] = (5, 5, 5, 5, 5)
    letter_receipts: bool = False


class Configuration(Part):
    """All that `python -m deploy.simulators` is told, beside its port."""

    state_directory: Path
    field_clock_file: Path
    public_url: str | None = None
    services: dict[Name, SecretStr]
    councils: dict[Name, CouncilPart]
    notify: NotifyPart = NotifyPart()
    people_file: Path | None = None
    token_seconds: Annotated[int, Field(ge=1, le=86_400)] = 3_600
    slow_seconds: Annotated[float, Field(ge=0)] = 30
    most_body_bytes: Annotated[int, Field(ge=1_024)] = 1_048_576
    most_journal_bytes: Annotated[int, Field(ge=1_024)] = 256 * 1_048_576
    most_notifications: Annotated[int, Field(ge=1)] = 50_000
    most_packs: Annotated[int, Field(ge=1)] = 20_000
    most_partners: Annotated[int, Field(ge=1)] = 500


def read_configuration(port: int) -> Configuration:
    """Read the file that KINBRIDGE_SIM_CONFIG names.

    Raises:
        ProductionError: where this machine says that it is a production one.
    """
    if os.environ.get("KINBRIDGE_ENVIRONMENT") == "production":
        raise ProductionError
    path = Path(os.environ["KINBRIDGE_SIM_CONFIG"])
    read = Configuration.model_validate_json(path.read_text())
    return read.model_copy(update={"public_url": read.public_url or f"http://127.0.0.1:{port}"})


class ProductionError(RuntimeError):
    """The simulators hand out tokens to anyone: they do not start in production."""

    def __init__(self) -> None:
        super().__init__("The simulators are for development only and do not run in production.")
