"""Settings that a first start depends on."""

import tomllib
from pathlib import Path


def test_the_app_starts_without_questions_and_without_telling_anyone() -> None:
    path = Path(__file__).parents[1] / ".streamlit" / "config.toml"
    config = tomllib.loads(path.read_text(encoding="utf-8"))
    # Streamlit otherwise waits for an e-mail address in the terminal before the first page.
    assert config["server"]["showEmailPrompt"] is False
    assert config["browser"]["gatherUsageStats"] is False
