"""What the notifications service reads from its environment besides what every service reads."""

from typing import Annotated, Self

from cryptography.fernet import Fernet
from pydantic import Field, SecretStr, field_validator, model_validator

from chassis.settings import ServiceSettings


class NotificationsSettings(ServiceSettings):
    """Where detail is fetched, by what roads people are told, and how patient each road is."""

    referral_url: Annotated[str, Field(description="The referral service.")]
    allocation_url: Annotated[str, Field(description="The allocation service.")]
    notify_url: Annotated[str, Field(description="GOV.UK Notify's API.")] = (
        "https://api.notifications.service.gov.uk"
    )
    notify_api_key: Annotated[SecretStr, Field(description="Its key: name-serviceid-secret.")]
    notify_callback_token: Annotated[
        SecretStr, Field(min_length=10, description="The bearer token that Notify calls back with.")
    ]
    webhook_encryption_key: Annotated[
        SecretStr,
        Field(description="Fernet keys, comma separated: the first seals, every one opens."),
    ]
    webhook_secret_overlap_seconds: Annotated[
        int, Field(ge=0, description="How long an old secret signs beside the new one.")
    ] = 24 * 3600
    webhook_seconds: Annotated[
        float, Field(gt=0, description="How long a receiver may take to answer.")
    ] = 15.0
    webhook_at_once: Annotated[int, Field(ge=1, description="Webhooks in flight, in all.")] = 32
    webhook_per_endpoint: Annotated[
        int, Field(ge=1, description="Webhooks in flight to one receiver.")
    ] = 4
    webhook_give_up_seconds: Annotated[
        int, Field(ge=1, description="How long a receiver is tried before the next road.")
    ] = 4 * 3600
    notify_at_once: Annotated[int, Field(ge=1, description="Requests to Notify in flight.")] = 8
    notify_give_up_seconds: Annotated[
        int, Field(ge=1, description="How long Notify is tried before a person is asked.")
    ] = 8 * 3600
    notify_ask_after_seconds: Annotated[
        float, Field(ge=0, description="Silence of Notify after which it is asked.")
    ] = 60.0
    accepted_waits_seconds: Annotated[
        float, Field(ge=0, description="How long 'accepted' waits to hear which case it became.")
    ] = 15.0

    @field_validator("webhook_encryption_key")
    @classmethod
    def _keys_are_fernet_keys(cls, value: SecretStr) -> SecretStr:
        for key in value.get_secret_value().split(","):
            Fernet(key.strip())
        return value

    @model_validator(mode="after")
    def _production_speaks_https(self) -> Self:
        addresses = (self.notify_url, self.referral_url, self.allocation_url)
        plain = [url for url in addresses if not url.startswith("https://")]
        if self.environment == "production" and plain:
            message = f"{len(plain)} address(es) use plain http, which is for development only"
            raise ValueError(message)
        return self
