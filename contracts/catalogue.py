"""Every message that Kinbridge publishes, by its type."""

from types import ModuleType

from contracts import allocation, handover, notifications, referral
from contracts.envelope import Message


def _said_in(module: ModuleType) -> list[type[Message]]:
    """The concrete messages that a module declares: those with a type of their own."""
    return [
        thing
        for thing in vars(module).values()
        if isinstance(thing, type) and issubclass(thing, Message) and "TYPE" in vars(thing)
    ]


MESSAGES: dict[str, type[Message]] = {
    message.TYPE: message
    for module in (referral, allocation, handover, notifications)
    for message in _said_in(module)
}
