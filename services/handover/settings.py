"""What the handover service reads from its environment besides what every service reads."""

from typing import Annotated, Self

from pydantic import Field, model_validator

from chassis.settings import ServiceSettings


class HandoverSettings(ServiceSettings):
    """Where packs go, where what is in them comes from, and how patient the sending is."""

    social_care_urls: Annotated[
        dict[str, str],
        Field(description="JSON: the address of each care system, by its endpoint_name."),
    ]
    referral_url: Annotated[str, Field(description="The referral service.")]
    allocation_url: Annotated[str, Field(description="The allocation service.")]
    senders: Annotated[int, Field(ge=1, description="Packs that may be on their way at once.")] = 4
    send_tries: Annotated[
        int, Field(ge=1, description="Tries before a person is asked to ring; sending goes on.")
    ] = 8
    send_pause_seconds: Annotated[
        float, Field(gt=0, description="The first pause; each is twice the one before.")
    ] = 1.0
    send_longest_pause_seconds: Annotated[
        float, Field(gt=0, description="The longest pause; a pack is never given up.")
    ] = 300.0
    send_lease_seconds: Annotated[
        float, Field(gt=0, description="After this a pack that a crash left behind goes again.")
    ] = 90.0

    @model_validator(mode="after")
    def _production_speaks_https(self) -> Self:
        addresses = (self.referral_url, self.allocation_url, *self.social_care_urls.values())
        plain = [url for url in addresses if not url.startswith("https://")]
        if self.environment == "production" and plain:
            message = f"{len(plain)} address(es) use plain http, which is for development only"
            raise ValueError(message)
        return self
