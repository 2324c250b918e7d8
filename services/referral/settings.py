"""What the referral service reads from its environment besides what every service reads."""

from pathlib import Path
from typing import Annotated

from pydantic import Field

from chassis.settings import ServiceSettings


class ReferralSettings(ServiceSettings):
    """The front door's own: its public address, and the key that signs agencies' tokens."""

    referral_url: Annotated[
        str, Field(description="This service's public address; the issuer of agencies' tokens.")
    ]
    token_signing_key_file: Annotated[
        Path,
        Field(
            description="A private JWK, or a JWK set: its first key signs, and those after it are "
            "published so that tokens signed before a rotation stay good."
        ),
    ]
    token_seconds: Annotated[int, Field(ge=60, description="How long an agency's token lasts.")] = (
        600
    )
    token_failed_tries: Annotated[
        int, Field(ge=1, description="Wrong secrets of one client before it must wait.")
    ] = 5
    token_failed_seconds: Annotated[
        int, Field(ge=1, description="How long wrong secrets are remembered.")
    ] = 300
