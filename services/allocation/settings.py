"""What allocation reads from its environment besides what every service reads."""

from typing import Annotated

from pydantic import Field

from chassis.settings import ServiceSettings


class AllocationSettings(ServiceSettings):
    """Allocation's own setting: where it asks for agreement and for safe contact."""

    referral_url: Annotated[
        str, Field(description="The referral service, which owns agreement and safe contact.")
    ]
