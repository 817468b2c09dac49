"""MaxEntScan: documented scores, a second implementation in plain Python, gradients, and files that are not the published ones."""

from __future__ import annotations

import gzip
from dataclasses import replace
from functools import cache
from itertools import product
from math import log2
from pathlib import Path

import numpy as np
import pytest
import torch

from genoviz.attribute.attribution import attribute
from genoviz.errors import BadCheckpoint, MissingWeights
from genoviz.models.base import NetModel
from genoviz.models.catalogue import get_card
from genoviz.models.load import load_model
from genoviz.models.onehot import encode
from genoviz.models.target import Target
from genoviz.models.weights import find_weights, is_ready
from genoviz.mutagenesis.saturation import saturate
from genoviz.networks.maxent import KINDS, MaxEnt, WordTable
from genoviz.predict.prediction import predict
from genoviz.sequences.sequence import Sequence
from genoviz.trust.model_contract import check_model
from tests.comparison import close

NAMES = {"donor": "splice.maxent5", "acceptor": "splice.maxent3"}
needs_tables = pytest.mark.skipif(
    not all(is_ready(get_card(name)) for name in NAMES.values()), reason="the published tables are not here"
)
# As the authors' scripts and maxentpy's documentation print them.
DOCUMENTED = [
    ("donor", "cagGTAAGT", 10.858313101356437),
    ("donor", "gagGTAAGT", 11.08),
    ("donor", "taaATAAGT", -0.12),
    ("acceptor", "ttccaaacgaacttttgtAGgga", 2.89),
    ("acceptor", "tgtctttttctgtgtggcAGtgg", 8.19),
    ("acceptor", "ttctctcttcagacttatAGcaa", -0.08),
]


def score(kind: str, bases: str) -> float:
    model = load_model(NAMES[kind])
    return float(predict(model, Sequence(bases.upper()))[0]["strength"].values[0, 0])


@cache
def published(kind: str) -> dict[str, dict[str, float]]:
    """The published text as words and ratios by table, read without the package."""
    ((_, path),) = find_weights(get_card(NAMES[kind])).items()
    found: dict[str, dict[str, float]] = {}
    with gzip.open(path, "rt", encoding="ascii") as lines:
        for line in lines:
            *table, word, ratio = line.split()
            if table:  # numbers of words do not say how long the words are
                found.setdefault(table[0], {})[word] = float(ratio)
            else:
                found.setdefault("0", {})[word] = float(ratio)
    return found


def by_hand(kind: str, bases: str) -> float:
    """Ratios multiplied one by one."""
    tables = published(kind)

    def ratio(table: int, word: str) -> float:
        key = word if kind == "donor" else str(int("".join(str("ACGT".index(b)) for b in word), 4))
        return tables[str(table)][key]

    background = dict(zip("ACGT", (0.27, 0.23, 0.23, 0.27), strict=True))
    if kind == "donor":
        one, other, rest = bases[3], bases[4], bases[:3] + bases[5:]
        product_ = ratio(0, rest)
        known = (
            {"A": 0.004, "C": 0.0032, "G": 0.9896, "T": 0.0032},
            {"A": 0.0034, "C": 0.0039, "G": 0.0042, "T": 0.9884},
        )
    else:
        one, other, rest = bases[18], bases[19], bases[:18] + bases[20:]
        above = (
            ratio(0, rest[:7])
            * ratio(1, rest[7:14])
            * ratio(2, rest[14:])
            * ratio(3, rest[4:11])
            * ratio(4, rest[11:18])
        )
        product_ = above / ratio(5, rest[4:7]) / ratio(6, rest[7:11]) / ratio(7, rest[11:14]) / ratio(8, rest[14:18])
        known = (
            {"A": 0.9903, "C": 0.0032, "G": 0.0034, "T": 0.0030},
            {"A": 0.0027, "C": 0.0037, "G": 0.9905, "T": 0.0030},
        )
    return log2(product_ * known[0][one] * known[1][other] / background[one] / background[other])


def random_bases(length: int, seed: int) -> str:
    return "".join(np.random.default_rng(seed).choice(list("ACGT"), length))


@needs_tables
@pytest.mark.parametrize(("kind", "bases", "value"), DOCUMENTED)
def test_documented_scores(kind: str, bases: str, value: float) -> None:
    assert score(kind, bases) == pytest.approx(value, abs=1e-5 if value > 10.8 and value < 10.9 else 0.005)


@needs_tables
@pytest.mark.parametrize("kind", NAMES)
def test_a_second_implementation_agrees(kind: str) -> None:
    length = KINDS[kind].length
    texts = [random_bases(length, seed) for seed in range(100)]
    with torch.no_grad():
        found = load_model(NAMES[kind]).logits(encode(texts))["strength"][:, 0, 0].numpy()
    assert found == close([by_hand(kind, text) for text in texts])


@needs_tables
@pytest.mark.parametrize(("kind", "bases"), [("donor", "CAGNTANGT"), ("acceptor", "TTCCAAACGNACTTTTGTNGGGA")])
def test_n_is_the_mean_over_its_letters(kind: str, bases: str) -> None:
    places = [i for i, base in enumerate(bases) if base == "N"]
    filled = []
    for letters in product("ACGT", repeat=len(places)):
        text = list(bases)
        for place, letter in zip(places, letters, strict=True):
            text[place] = letter
        filled.append(by_hand(kind, "".join(text)))
    assert score(kind, bases) == close(np.mean(filled), beside=filled)


@needs_tables
@pytest.mark.parametrize("kind", NAMES)
def test_contract(kind: str) -> None:
    assert [check for check in check_model(load_model(NAMES[kind])) if check.passed is False] == []


@needs_tables
@pytest.mark.parametrize("kind", NAMES)
def test_gradient_and_map_are_the_scores_of_the_mutants(kind: str) -> None:
    model, bases = load_model(NAMES[kind]), random_bases(KINDS[kind].length, 7)
    sequence = Sequence(bases)
    found = saturate(model, sequence, Target("strength"))
    X = encode(sequence).requires_grad_()
    (gradient,) = torch.autograd.grad(model.logits(X)["strength"].sum(), X)
    for i, base in enumerate(bases):
        mutants = np.array([by_hand(kind, bases[:i] + letter + bases[i + 1 :]) for letter in "ACGT"])
        effects = mutants - by_hand(kind, bases)
        assert found.delta[:, i] == close(effects, beside=mutants)
        slope = gradient[0, :, i].numpy()
        assert slope - slope["ACGT".index(base)] == close(effects, beside=mutants)
        # Up to a constant: gradients sum to zero at every base.
        assert slope.sum() == pytest.approx(0, abs=5e-4)


@needs_tables
@pytest.mark.parametrize("kind", NAMES)
@pytest.mark.parametrize("method", ["ig", "deepliftshap"])
def test_attributions_add_up(kind: str, method: str) -> None:
    _, bases, _ = next(row for row in DOCUMENTED if row[0] == kind)
    result = attribute(load_model(NAMES[kind]), Sequence(bases.upper()), Target("strength"), method)
    assert result.relative_gap is not None
    assert result.relative_gap < 0.01


def table_file(folder: Path, kind: str, content: bytes) -> Path:
    path = folder / get_card(NAMES[kind]).files[0].name
    path.write_bytes(content)
    return path


def published_text(kind: str) -> bytes:
    (path,) = find_weights(get_card(NAMES[kind])).values()
    return gzip.decompress(path.read_bytes())


@needs_tables
def test_the_plain_text_loads_as_well(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    table_file(tmp_path, "donor", published_text("donor"))
    monkeypatch.setenv("GENOVIZ_WEIGHTS", str(tmp_path))
    assert score("donor", "CAGGTAAGT") == pytest.approx(10.8583, abs=1e-4)


@needs_tables
@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda text: text.replace(b"1.4359596e-01", b"1.4359597e-01"), "none of the published tables"),
        (lambda text: text[: text.rindex(b"TTTTTTT")], "none of the published tables"),
        (lambda text: text + b"AAAAAAAA 1.0\n", "none of the published tables"),
        (lambda text: gzip.compress(text)[:-100], "can't be read"),
        (lambda text: b"", "none of the published tables"),
    ],
    ids=["one digit", "missing word", "word too long", "cut short", "empty"],
)
def test_other_texts_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, change, words: str) -> None:
    table_file(tmp_path, "donor", change(published_text("donor")))
    monkeypatch.setenv("GENOVIZ_WEIGHTS", str(tmp_path))
    with pytest.raises(BadCheckpoint, match=words):
        load_model(NAMES["donor"])


@needs_tables
@pytest.mark.parametrize(
    ("kind", "other", "words"),
    [("donor", "acceptor", "unexpected keys 1, 2"), ("acceptor", "donor", "missing key '1'")],
)
def test_the_tables_of_the_other_kind_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str, other: str, words: str
) -> None:
    table_file(tmp_path, kind, published_text(other))
    monkeypatch.setenv("GENOVIZ_WEIGHTS", str(tmp_path))
    with pytest.raises(BadCheckpoint, match=words):
        load_model(NAMES[kind])


def test_without_the_tables_the_card_says_how_to_get_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GENOVIZ_WEIGHTS", str(tmp_path))
    monkeypatch.setattr("genoviz.models.weights.weights_folder", lambda: tmp_path)
    with pytest.raises(MissingWeights, match=r"genoviz fetch splice\.maxent5"):
        load_model(NAMES["donor"])


def test_words_are_numbered_with_the_first_base_slowest() -> None:
    table = WordTable(3)
    table.values.copy_(torch.arange(64.0))
    words = ["AAA", "AAC", "ACA", "CAA", "TGC", "TTT"]
    assert table(encode(words)).tolist() == [0, 1, 4, 16, 57, 63]


@pytest.mark.parametrize("kind", NAMES)
def test_the_contract_holds_for_any_tables(kind: str) -> None:
    torch.manual_seed(0)
    net = MaxEnt(KINDS[kind])
    for table in net.tables:
        table.values.normal_()
    model = NetModel(net, replace(get_card(NAMES[kind])))
    assert [check for check in check_model(model) if check.passed is False] == []


@pytest.mark.online
@pytest.mark.parametrize(("kind", "bases", "value"), DOCUMENTED)
def test_fetched_tables_give_the_documented_scores(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str, bases: str, value: float
) -> None:
    from genoviz.models.fetch import fetch

    monkeypatch.setenv("GENOVIZ_WEIGHTS", str(tmp_path))
    monkeypatch.setattr("genoviz.models.weights.weights_folder", lambda: tmp_path)
    fetch(get_card(NAMES[kind]), folder=tmp_path, progress=None)
    assert score(kind, bases) == pytest.approx(value, abs=0.005)
