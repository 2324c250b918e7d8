"""What FastAPI asks for on a request is a coroutine: a plain function goes to another thread."""

import ast
from collections.abc import Iterator

from tests.architecture.source import Source, sources


def hops(source: Source) -> Iterator[str]:
    """Name the plain functions that a route depends on."""
    tree = source.tree
    plain = {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Depends":
            asked = [each.id for each in node.args if isinstance(each, ast.Name)]
            yield from (f"{source.path}: {name}" for name in asked if name in plain)


def test_no_request_hops_to_another_thread() -> None:
    assert [each for source in sources("chassis", "services") for each in hops(source)] == []


def test_a_hop_is_seen() -> None:
    planted = "def room(request): ...\nTheRoom = Annotated[Room, Depends(room)]\n"
    assert list(hops(Source("planted.py", planted))) == ["planted.py: room"]
    assert list(hops(Source("planted.py", f"async {planted}"))) == []
