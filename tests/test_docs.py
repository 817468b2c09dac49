"""The code in README and CONTRIBUTING runs, and the commands that they name exist."""

import json
import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

from genoviz import get_card, list_models
from genoviz.cli.main import app
from genoviz.models.metrics import main_metric
from genoviz.trust.model_contract import check_model

ROOT = Path(__file__).parents[1]


def blocks(name: str, language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", (ROOT / name).read_text(encoding="utf-8"), re.S)


def test_readme_python_runs(capsys: pytest.CaptureFixture[str]) -> None:
    (code,) = blocks("README.md", "python")
    exec(compile(code, "README.md", "exec"), {})
    assert "[[" in capsys.readouterr().out


def test_the_json_of_a_variant_is_had_as_documented(capsys: pytest.CaptureFixture[str]) -> None:
    (code,) = blocks("docs/json.md", "python")
    scope: dict = {}
    exec(compile(code, "docs/json.md", "exec"), scope)
    assert capsys.readouterr().out.startswith("chrT1-10719-G-T lowers the prediction")
    words = ["variants", "tfbind.encode10", "--variant", "chrT1-10719-G-T", "--genome", "teaching", "-t", "GABPA"]
    printed = json.loads(CliRunner().invoke(app, [*words, "--json"]).stdout)
    assert printed == scope["record"]
    described = (ROOT / "docs/json.md").read_text(encoding="utf-8").split("genoviz variants MODEL")[1]
    assert [name for name in printed if f"`{name}`" not in described] == []


def test_adapter_in_contributing_keeps_the_contract() -> None:
    (code,) = blocks("CONTRIBUTING.md", "python")
    scope: dict = {}
    exec(compile(code, "CONTRIBUTING.md", "exec"), scope)
    model = scope["MyModel"]().eval()
    assert [check.name for check in check_model(model) if check.passed is False] == []


@pytest.mark.parametrize("file", ["README.md", "CONTRIBUTING.md", "checkpoints/README.md"])
def test_named_commands_exist(file: str) -> None:
    text = (ROOT / file).read_text(encoding="utf-8")
    code = "\n".join([*re.findall(r"```(?:sh|text)\n(.*?)```", text, re.S), *re.findall(r"`(genoviz [^`]+)`", text)])
    named = set(re.findall(r"^genoviz +([a-z-]+)", code, re.M))
    known = {c.name or c.callback.__name__ for c in app.registered_commands} | {g.name for g in app.registered_groups}
    assert named <= known


def test_no_card_holds_a_placeholder() -> None:
    for card in ROOT.glob("checkpoints/*.json"):
        text = card.read_text(encoding="utf-8")
        assert not re.search(r"TODO|FIXME|XXX|MOTIFS|TABLE", text)


def test_readme_names_the_scores_of_the_card() -> None:
    rows = get_card("tfbind.encode10").held_out
    higher = [row for row in rows if row["auroc"] > row["published"][0]["value"]]
    beyond = [row for row in rows if row["auroc_95"][0] > row["published"][0]["value"]]
    mean = sum(row["auroc"] for row in rows) / len(rows)
    published = sum(row["published"][0]["value"] for row in rows) / len(rows)
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    assert f"mean AUROC {mean:.3f}; higher on {len(higher)} of {len(rows)} factors, on {len(beyond)} beyond" in text
    assert f"mean AUROC {published:.3f}" in text


@pytest.mark.parametrize("card", [c for c in list_models() if c.file], ids=lambda c: c.name)
def test_documents_list_every_trained_model_with_its_score(card) -> None:
    table = [line for line in (ROOT / "README.md").read_text(encoding="utf-8").splitlines() if f"`{card.name}`" in line]
    assert len(table) == 1
    metric = main_metric(card.held_out[0])
    values = [row[metric] for row in card.held_out if metric in row]
    mean, first = f"{sum(values) / len(values):.3f}", [f"{value:.3f}" for value in values[:2]]
    assert mean in table[0] or all(value in table[0] for value in first), (metric, mean, first)
    assert f"`{card.name}`" in (ROOT / "checkpoints/README.md").read_text(encoding="utf-8")


def test_links_between_documents_lead_somewhere() -> None:
    for document in [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), ROOT / "checkpoints/README.md"]:
        for target in re.findall(r"\]\(([^)#:]+)\)", document.read_text(encoding="utf-8")):
            assert (document.parent / target).exists(), f"{document.name} links to {target}"


def test_every_command_has_help() -> None:
    commands = [[c.name or c.callback.__name__] for c in app.registered_commands]
    for group in app.registered_groups:
        commands += [[group.name, c.name or c.callback.__name__] for c in group.typer_instance.registered_commands]
    for words in commands:
        assert CliRunner().invoke(app, [*words, "--help"]).exit_code == 0
