"""Settings that a first start depends on."""

import tomllib
from pathlib import Path

from packaging.requirements import Requirement

from genoviz.ui.frame.hosts import LOOPBACK


def test_the_app_starts_without_questions_and_without_telling_anyone() -> None:
    path = Path(__file__).parents[1] / ".streamlit" / "config.toml"
    config = tomllib.loads(path.read_text(encoding="utf-8"))
    # Streamlit otherwise waits for an e-mail address in the terminal before the first page.
    assert config["server"]["showEmailPrompt"] is False
    assert config["browser"]["gatherUsageStats"] is False
    # Streamlit's pop-up for its own agent skills covers the headline; it goes with the greeting in the terminal.
    assert config["logger"]["hideWelcomeMessage"] is True
    # It has none, and looking for some in a home that can't be read ends the server.
    assert config["secrets"]["files"] == []
    # A full collection of garbage after every run of a page holds up the work in the background.
    assert config["runner"]["postScriptGC"] is False
    # `streamlit run app.py` listens everywhere otherwise, and for any name that a browser calls it by.
    assert config["server"]["address"] == "localhost"
    assert set(config["server"]["allowedHosts"]) == set(LOOPBACK)


def test_the_versions_that_ci_installs_lie_in_the_ranges() -> None:
    root = Path(__file__).parents[1]
    known = {line.split("==")[0].lower(): line.strip() for line in lines_of(root / "constraints.txt")}
    files = ("requirements.txt", "requirements-test.txt", "requirements-docs.txt")
    needed = [Requirement(line) for file in files for line in lines_of(root / file)]
    assert len(needed) > 20
    for requirement in needed:
        pinned = Requirement(known[requirement.name.lower()])
        (version,) = (one.version for one in pinned.specifier)
        assert version in requirement.specifier, f"{requirement} against {pinned}: run `make constraints`"


def lines_of(path: Path) -> list[str]:
    """Requirements of a file without its comments and the files that it includes."""
    lines = (line.split("#")[0].strip() for line in path.read_text(encoding="utf-8").splitlines())
    return [line for line in lines if line and not line.startswith("-")]
