import pytest


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say how many histories there were: a property that hardly ran would prove little."""
    reports = terminalreporter.stats.get("passed", [])
    told = [
        value for report in reports for name, value in report.user_properties if name == "histories"
    ]
    if told:
        terminalreporter.write_line(f"{sum(told)} histories of money")
