"""The code in README and CONTRIBUTING runs, and the commands that they name exist."""

import json
import re
from importlib import import_module
from operator import attrgetter
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from docs import badges
from genoviz import get_card, list_models
from genoviz.cli.main import app
from genoviz.models.metrics import main_metric
from genoviz.models.words import first_rows
from genoviz.trust.model_contract import check_model
from genoviz.version import __version__

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


@pytest.mark.parametrize(
    "file", ["README.md", "CONTRIBUTING.md", "CHANGELOG.md", "checkpoints/README.md", "docs/json.md", "docs/motifs.md"]
)
def test_named_commands_exist(file: str) -> None:
    text = (ROOT / file).read_text(encoding="utf-8")
    code = "\n".join([*re.findall(r"```(?:sh|text)\n(.*?)```", text, re.S), *re.findall(r"`(genoviz [^`]+)`", text)])
    named = set(re.findall(r"^genoviz +([a-z][a-z-]*)", code, re.M))
    groups = {g.name: command_names(g.typer_instance) for g in app.registered_groups}
    assert named <= command_names(app) | set(groups)
    for group, verbs in re.findall(rf"^genoviz +({'|'.join(groups)}) +([a-z|-]+)", code, re.M):
        assert set(verbs.split("|")) <= groups[group]


def command_names(group: typer.Typer) -> set[str]:
    return {command.name or command.callback.__name__ for command in group.registered_commands}


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
    values = [row[metric] for row in first_rows(card) if metric in row]
    mean, first = f"{sum(values) / len(values):.3f}", [f"{value:.3f}" for value in values[:2]]
    assert mean in table[0] or all(value in table[0] for value in first), (metric, mean, first)
    assert f"`{card.name}`" in (ROOT / "checkpoints/README.md").read_text(encoding="utf-8")


def test_links_between_documents_lead_somewhere() -> None:
    for document in [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), ROOT / "checkpoints/README.md"]:
        text = document.read_text(encoding="utf-8")
        for target in re.findall(r"\]\(([^)#:]+)\)", text) + re.findall(r'<[^>]*\bsrc(?:set)?="([^":]+)"', text):
            assert (document.parent / target).exists(), f"{document.name} links to {target}"


def test_the_badges_say_what_is_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("GENOVIZ_WEIGHTS", raising=False)
    for name, value in badges.facts().items():
        said = (badges.FOLDER / f"badge-{name}.svg").read_text(encoding="utf-8")
        assert said == badges.badge(name, value), "make it again: `python docs/badges.py`"
        assert f'badge-{name}.svg"' in (ROOT / "README.md").read_text(encoding="utf-8")


def test_the_citation_names_this_version() -> None:
    citation = (ROOT / "CITATION.cff").read_text(encoding="utf-8")
    assert re.findall(r"^version: (.+)$", citation, re.M) == [__version__]
    assert f"## {__version__}\n" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")


def exists(name: str) -> bool:
    """Whether a dotted name is a module or something in one."""
    words = name.split(".")
    for end in range(len(words), 0, -1):
        try:
            found = import_module(".".join(words[:end]))
        except ImportError:
            continue
        try:
            attrgetter(".".join(words[end:]))(found) if end < len(words) else found
        except AttributeError:
            return False
        return True
    return False


def test_files_and_names_that_documents_mention_exist() -> None:
    """In words, between backticks: `genoviz/motifs/sites.py`, `genoviz.variants.hgvs.describe`."""
    for document in [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), ROOT / "checkpoints/README.md"]:
        if document.name == "CHANGELOG.md":  # tells what was
            continue
        for words in re.findall(r"`([^`\n<>]+)`", document.read_text(encoding="utf-8")):
            for path in re.findall(r"\b(?:genoviz|tests|docs|pages|benchmarks|checkpoints)/[\w/.*]+", words):
                assert list(ROOT.glob(path.rstrip("/"))), f"{document.name} names {path}"
            for name in re.findall(r"\bgenoviz(?:\.\w+)+", words):
                assert exists(name), f"{document.name} names {name}"
    room = (ROOT / "docs/architecture.md").read_text(encoding="utf-8").partition("## Where do I put")[2]
    for path in re.findall(r"`([a-z_]+/[\w/.]*)`", room.partition("## Old")[0]):
        assert (ROOT / path).exists() or (ROOT / "genoviz" / path).exists(), f"architecture.md names {path}"


def test_every_command_has_help() -> None:
    commands = [[c.name or c.callback.__name__] for c in app.registered_commands]
    for group in app.registered_groups:
        commands += [[group.name, c.name or c.callback.__name__] for c in group.typer_instance.registered_commands]
    for words in commands:
        assert CliRunner().invoke(app, [*words, "--help"]).exit_code == 0
