"""Says at the end of a run how long each tier of tests took, so that a slow one is seen."""

from collections import defaultdict

import pytest

TIERS = ("faults", "day", "kafka", "postgres")


class TierTimes:
    """Adds up what pytest measures: set-up, call and take-down, per tier and per folder."""

    def __init__(self) -> None:
        self.tiers: dict[str, str] = {}
        self.seconds: defaultdict[tuple[str, str], float] = defaultdict(float)
        self.tests: defaultdict[tuple[str, str], int] = defaultdict(int)

    def pytest_itemcollected(self, item: pytest.Item) -> None:
        """Note a test's tier: its costliest marker, or none."""
        found = [tier for tier in TIERS if item.get_closest_marker(tier)]
        self.tiers[item.nodeid] = found[0] if found else "unit"

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Add one phase of one test."""
        folder = report.nodeid.removeprefix("tests/").partition("/")[0].partition("::")[0]
        key = (self.tiers.get(report.nodeid, "unit"), folder)
        self.seconds[key] += report.duration
        self.tests[key] += report.when == "call"

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Print a line per tier with its folders."""
        terminalreporter.section("time by tier")
        for tier in ("unit", *reversed(TIERS)):
            folders = sorted(key[1] for key in self.seconds if key[0] == tier)
            if not folders:
                continue
            parts = (
                f"{folder} {self.seconds[tier, folder]:.1f} s ({self.tests[tier, folder]})"
                for folder in folders
            )
            total = sum(self.seconds[tier, folder] for folder in folders)
            terminalreporter.write_line(f"{tier}: {total:.1f} s: {', '.join(parts)}")


def pytest_configure(config: pytest.Config) -> None:
    """Register the summary."""
    config.pluginmanager.register(TierTimes(), "kinbridge-tier-times")
