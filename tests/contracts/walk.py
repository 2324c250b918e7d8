"""The guard that walks every message's fields, so that nothing thick or personal can be put in."""

from datetime import datetime
from types import NoneType, UnionType
from typing import Annotated, Any, Union, get_args, get_origin
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, TypeAdapter, ValidationError

from contracts.shapes import UNKNOWN, OpenCode

SENTENCE = "Mum said so."
PLAIN = frozenset({bool, int, UUID, AwareDatetime, NoneType})
NAMED = {
    float: "a float",
    str: "free text",
    bytes: "free bytes",
    dict: "a bare dict",
    datetime: "a datetime that may be naive",
    Any: "anything at all",
}


def faults_of(message: type[BaseModel]) -> list[str]:
    """What is too thick in a message, as `field is a float`; empty when it is thin."""
    return [
        f"{name} is {fault}"
        for name, field in message.model_fields.items()
        for fault in _faults(field.annotation, tuple(field.metadata))
    ] + [f"{name} has a default" for name, f in message.model_fields.items() if not f.is_required()]


def _faults(shape: Any, metadata: tuple[Any, ...]) -> list[str]:
    origin, args = get_origin(shape), get_args(shape)
    if origin is Annotated:
        return _faults(args[0], (*args[1:], *metadata))
    if origin in {Union, UnionType}:
        return [fault for arg in args for fault in _faults(arg, metadata)]
    if origin is tuple:
        return [fault for arg in args if arg is not Ellipsis for fault in _faults(arg, ())]
    if shape in PLAIN or (shape is str and _refuses_sentences(metadata)):
        return []
    if isinstance(shape, type) and issubclass(shape, OpenCode):
        return [] if UNKNOWN in list(shape) else ["a code list that readers cannot take further"]
    return [NAMED.get(origin or shape, f"not a shape of ours ({shape})")]


def _refuses_sentences(metadata: tuple[Any, ...]) -> bool:
    try:
        TypeAdapter(Annotated[str, *metadata] if metadata else str).validate_python(SENTENCE)
    except ValidationError:
        return True
    return False
