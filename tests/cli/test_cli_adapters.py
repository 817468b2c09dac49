"""Models of somebody's on the command line: what breaks the contract ends in words, what is good is answered."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from genoviz.models import catalogue
from tests.cli.calls import bad, call, good, rows_of
from tests.models.adapters import SEQUENCE, WITH_N

CODE = """
import sys
from dataclasses import replace
from genoviz.models import Output
from tests.models import adapters

class Made:
    make = staticmethod(adapters.good)
    def __init__(self):
        made = self.make()
        self.logits = made.logits
        self.made = made

class Good(Made):
    card = adapters.card("my.good")

class Loud(Made):
    card = adapters.card("my.loud")
    def __init__(self):
        print("building ...")
        super().__init__()

class NanOnN(Made):
    card = adapters.card("my.nan")
    make = staticmethod(adapters.nan_on_n)

class SomeMutants(Made):
    card = adapters.card("my.some")
    make = staticmethod(adapters.nan_where_g_is_first)

class Tuple(Made):
    card = adapters.card("my.tuple")
    make = staticmethod(lambda: adapters.Adapter(adapters.UNFIT["a tuple"][0]))

class Fails(Made):
    card = adapters.card("my.fails")
    make = staticmethod(lambda: adapters.Raises(ValueError("no N"), "N"))

class Exits(Made):
    card = adapters.card("my.exits")
    def __init__(self):
        sys.exit(7)

class NoLogits:
    card = adapters.card("my.nologits")

class NoCard(Made):
    card = {"name": "my.nocard"}

class OtherName(Made):
    card = adapters.card("my.another")

class Bundled(Made):
    card = adapters.card("toy.sum")

class OddCard(Made):
    card = replace(adapters.card("my.odd"), title=None)

class NoTracks(Made):
    card = adapters.card("my.notracks", (Output("y", (), "u"),))

def interrupted():
    raise KeyboardInterrupt
"""
# What a module does when it is imported, with words of the message.
IMPORTS = {
    "exits": ("import sys; sys.exit(3)", "SystemExit: 3"),
    "interrupts": ("raise KeyboardInterrupt", "KeyboardInterrupt"),
    "raises": ("1 / 0", "ZeroDivisionError: division by zero"),
    "is no Python": ("def :", "SyntaxError"),
    "imports nothing that is there": ("import not_there_at_all", "ModuleNotFoundError: No module named"),
}


@pytest.fixture
def use(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., None]]:
    """Makes plug-ins of classes of `CODE`, or of modules that do something when they are imported."""

    def use(*points: str, **modules: str) -> None:
        for name, code in modules.items():
            (tmp_path / f"{name}.py").write_text(code, encoding="utf-8")
        monkeypatch.setenv("GENOVIZ_MODELS", ",".join(points))
        catalogue._cards.cache_clear()

    (tmp_path / "mine_of_a_test.py").write_text(CODE, encoding="utf-8")
    monkeypatch.syspath_prepend(str(tmp_path))
    yield use
    monkeypatch.undo()
    catalogue._cards.cache_clear()


def point(name: str, kind: str) -> str:
    return f"{name}=mine_of_a_test:{kind}"


def test_a_plain_class_is_answered(use: Callable[..., None]) -> None:
    use(point("my.good", "Good"))
    rows = rows_of(good("predict", "my.good", "-s", WITH_N))
    assert [row["track"] for row in rows] == ["a", "b"]
    assert len(rows_of(good("attribute", "my.good", "-t", "a", "-s", SEQUENCE))) == 20
    assert "my.good" in good("models")


def test_what_a_plug_in_prints_is_no_result(use: Callable[..., None]) -> None:
    use(point("my.loud", "Loud"))
    result = call("predict", "my.loud", "-s", SEQUENCE, "--json")
    assert json.loads(result.stdout)["model"] == "my.loud"
    assert "building ..." in result.stderr


@pytest.mark.parametrize("verb", ["predict", "attribute", "mutate"])
def test_verbs_refuse_in_words(use: Callable[..., None], verb: str) -> None:
    use(point("my.nan", "NanOnN"), point("my.tuple", "Tuple"), point("my.fails", "Fails"))
    assert "gave nan for" in bad(verb, "my.nan", "-s", WITH_N)
    assert "2 N" in bad(verb, "my.nan", "-s", WITH_N)
    assert "returned a tuple; a dict of tensors by output is needed" in bad(verb, "my.tuple", "-s", SEQUENCE)
    assert "raised ValueError: no N" in bad(verb, "my.fails", "-s", WITH_N)
    for model in ("my.nan", "my.fails"):
        assert good(verb, model, "-s", SEQUENCE)


@pytest.mark.parametrize("verb", ["predict", "attribute", "mutate"])
@pytest.mark.parametrize("model", ["my.nan", "my.fails"])
def test_of_many_records_some_are_left_out(use: Callable[..., None], tmp_path: Path, verb: str, model: str) -> None:
    use(point("my.nan", "NanOnN"), point("my.fails", "Fails"))
    fasta = tmp_path / "some.fa"
    fasta.write_text(f">first\n{SEQUENCE}\n>second\n{WITH_N}\n>third\n{SEQUENCE}\n", encoding="utf-8")
    result = (
        call(verb, model, "-f", str(fasta), "-t", "a") if verb != "predict" else call(verb, model, "-f", str(fasta))
    )
    assert result.exit_code == 0
    assert "second: left out. `" in result.stderr
    if verb == "predict":
        assert [row["name"] for row in rows_of(result.stdout)] == ["first", "first", "third", "third"]
    else:
        assert result.stdout.count("# sequence: ") == 2
    fasta.write_text(f">first\n{WITH_N}\n>second\n{WITH_N}\n", encoding="utf-8")
    assert call(verb, model, "-f", str(fasta)).exit_code == 2


def test_a_map_says_what_it_lacks(use: Callable[..., None]) -> None:
    use(point("my.some", "SomeMutants"))
    result = call("mutate", "my.some", "-s", SEQUENCE, "--json")
    assert "1 of the mutated sequences" in result.stderr
    record = json.loads(result.stdout)
    assert record["without_number"] == 1
    assert record["delta"][2][0] is None
    assert record["delta"][1][0] is not None


@pytest.mark.parametrize("kind", IMPORTS)
def test_a_plug_in_that_can_not_be_imported(use: Callable[..., None], kind: str) -> None:
    code, words = IMPORTS[kind]
    module = f"broken_{kind.replace(' ', '_')}"
    use(f"my.broken={module}:Model", point("my.good", "Good"), **{module: code})
    said = bad("predict", "my.broken", "-s", SEQUENCE)
    assert f"The plug-in `my.broken` ({module}:Model) can't be used: {words}" in said
    assert "All other models can be used" in said
    result = call("models")
    assert result.exit_code == 0
    assert "my.good" in result.stdout
    assert "my.broken" not in result.stdout
    assert good("predict", "my.good", "-s", SEQUENCE)
    assert good("predict", "toy.sum", "-s", "ACGT" * 15)


@pytest.mark.parametrize(
    ("name", "kind", "words"),
    [
        ("my.exits", "Exits", "SystemExit: 7"),
        ("my.nologits", "NoLogits", "without a method `logits`"),
        ("my.nocard", "NoCard", "its `card` is dict, not a ModelCard"),
        ("my.name", "OtherName", "its card is named `my.another`"),
        ("toy.sum", "Bundled", "a model of genoviz has this name"),
        ("my.odd", "OddCard", "`title` is NoneType, not str"),
        ("my.notracks", "NoTracks", "has no names of tracks"),
        ("my.nowhere", "Nowhere", "AttributeError"),
    ],
)
def test_a_plug_in_that_is_no_model(use: Callable[..., None], name: str, kind: str, words: str) -> None:
    use(point(name, kind), point("my.good", "Good"))
    result = call("predict", name, "-s", SEQUENCE if name != "toy.sum" else "ACGT" * 15)
    assert words in result.stderr if name != "toy.sum" else "toy.sum" in result.stdout
    assert "Traceback" not in result.stderr
    assert "my.good" in good("models")
    assert good("predict", "my.good", "-s", SEQUENCE)


def test_a_name_that_two_plug_ins_have(use: Callable[..., None]) -> None:
    use(point("my.good", "Good"), point("my.good", "Loud"), point("my.nan", "NanOnN"))
    said = bad("predict", "my.good", "-s", SEQUENCE)
    assert "two plug-ins have this name (mine_of_a_test:Good, mine_of_a_test:Loud)" in said
    assert good("predict", "my.nan", "-s", SEQUENCE)
    use(point("my.good", "Good"), point("my.good", "Good"))  # said twice, but the same
    assert good("predict", "my.good", "-s", SEQUENCE)


def test_check_model_of_a_class_that_can_not_be_made(use: Callable[..., None]) -> None:
    use()
    assert "can't be made (SystemExit: 7)" in bad("check-model", "mine_of_a_test:Exits")
    result = call("check-model", "mine_of_a_test:Tuple")
    assert result.exit_code == 1
    assert "returned a tuple; a dict of tensors by output is needed" in result.stdout


def test_a_method_that_fails_on_a_model_names_a_better_one() -> None:
    """Integrated Gradients misses most of what it explains on the recurrent language model; its card says so."""
    said = bad("attribute", "grulm.yeast-ecoli", "-m", "ig", "-s", "ACGT" * 50)
    assert "Integrated Gradients was asked for on `grulm.yeast-ecoli`, where it fails" in said
    assert "Choose deepliftshap" in said
