"""`make bench`: each figure as it is measured, and a red line where a target is missed."""

import asyncio

from bench import relay


def main() -> None:
    """Measure everything and print it."""
    print(asyncio.run(relay.measure()).line())


if __name__ == "__main__":
    main()
