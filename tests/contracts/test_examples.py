import json

import pytest

from contracts.catalogue import MESSAGES
from contracts.envelope import Message
from contracts.generate import EXAMPLES, read_examples


def test_every_message_has_an_example_and_every_example_a_message() -> None:
    assert read_examples(EXAMPLES).keys() == MESSAGES.keys()


@pytest.mark.parametrize("message", MESSAGES.values(), ids=MESSAGES.keys())
def test_an_example_parses_and_is_written_again_as_it_was(message: type[Message]) -> None:
    example = (EXAMPLES / f"{message.TYPE}.json").read_text()
    parsed = message.model_validate_json(example)
    assert json.loads(parsed.model_dump_json()) == json.loads(example)
    assert parsed.subject == json.loads(example)[message.SUBJECT]


@pytest.mark.parametrize("message", MESSAGES.values(), ids=MESSAGES.keys())
def test_a_message_says_in_one_sentence_what_happened(message: type[Message]) -> None:
    said = (message.__doc__ or "").split("\n", 1)[0]
    assert said.endswith(".")
    assert said != (message.__base__.__doc__ if message.__base__ else None)
