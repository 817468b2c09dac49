"""DeepBind: the program's own numbers, the published test sets, and a second implementation with loops."""

from __future__ import annotations

import csv
import gzip
import hashlib
import tarfile
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from genoviz.attribute.attribution import attribute
from genoviz.discover.filters import has_filters
from genoviz.errors import BadCheckpoint
from genoviz.models import deepbind_index as index
from genoviz.models.base import NetModel
from genoviz.models.card import ModelCard, WeightsFile
from genoviz.models.load import load_model
from genoviz.models.metrics import auroc
from genoviz.models.onehot import encode, reverse_complement
from genoviz.models.target import Target
from genoviz.mutagenesis.saturation import saturate
from genoviz.networks.deepbind import DeepBind, DeepBindConfig, read_parameters
from genoviz.predict.prediction import evaluate, predict, target_value
from genoviz.sequences.sequence import Sequence
from genoviz.trust.model_contract import check_model
from tests.comparison import close

SHARED = Path(__file__).resolve().parents[3] / "shared" / "data"
RELEASE = SHARED / "weights_deepbind" / "params.tar.xz"
needs_release = pytest.mark.skipif(not RELEASE.is_file(), reason="the published parameters are not here")

# The example of the program `deepbind` 0.11 (`deepbind example.ids < example.seq`), as quoted in the notebook of
# github.com/kundajelab/DeepBindToKeras at b5dc4a1fe603; columns are models, rows sequences.
EXAMPLE_MODELS = ("D00210.001", "D00120.001", "D00410.003", "D00328.003")  # RBFOX1, MBNL1, GATA3, CTCF
EXAMPLE = {
    "AGGUAAUAAUUUGCAUGAAAUAACUUGGAGAGGAUAGC": (7.451420, -0.166146, -0.408751, -0.026180),
    "AGACAGAGCUUCCAUCAGCGCUAGCAGCAGAGACCAUU": (-0.155398, 4.113817, 0.516956, -0.248167),
    "GAGGTTACGCGGCAAGATAA": (-0.140683, 0.181295, 5.885349, -0.026180),
    "TACCACTAGGGGGCGCCACC": (-0.174985, -0.152521, -0.379695, 17.682623),
}
# Published test sets, the model of each, and its AUROC when it reads the 101 bases at once (README of the data).
TESTED = {
    "ARID3A_K562": ("D00736.002", 0.8848),
    "CTCFL_K562": ("D00753.001", 0.9865),
    "ELK1_GM12878": ("D00360.007", 0.9526),
    "FOXA1_HepG2": ("D00761.001", 0.9815),
    "GABPA_GM12878": ("D00409.004", 0.9794),
    "MYC_H1-hESC": ("D00785.001", 0.9281),
    "REST_GM12878": ("D00799.001", 0.9993),
    "SP1_GM12878": ("D00650.007", 0.9018),
    "USF1_HepG2": ("D00700.006", 0.9930),
    "ZBTB7A_HepG2": ("D00714.004", 0.8729),
}
KINDS = [(0, False, True), (0, True, False), (0, True, True), (3, False, True), (3, True, False)]
TINY = Target("binding", ("Test",))


# -- a second implementation ------------------------------------------------------------------------------------------


def score(published: dict[str, np.ndarray], config: DeepBindConfig, bases: str) -> float:
    """The published score, window by window and place by place, from parameters as they stand in the file."""
    strands = [bases, Sequence(bases).reverse_complement().bases] if config.both_strands else [bases]
    width = min(config.window, len(bases))
    windows = [strand[i : i + width] for strand in strands for i in range(len(bases) - width + 1)]
    return max(score_of_window(published, config, window) for window in windows)


def score_of_window(published: dict[str, np.ndarray], config: DeepBindConfig, bases: str) -> float:
    columns = [[float(base == b) for b in "ACGT"] if base != "N" else [0.25] * 4 for base in bases]
    around = [[0.25] * 4] * (config.width - 1)
    columns = around + columns + around
    kernel = published["detectors"].reshape(config.width, 4, config.detectors)
    features = []
    for d in range(config.detectors):
        matches = []
        for start in range(len(columns) - config.width + 1):
            total = published["thresholds"][d]
            for i in range(config.width):
                for base in range(4):
                    total += columns[start + i][base] * kernel[i, base, d]
            matches.append(max(total, 0.0))
        features += [max(matches), sum(matches) / len(matches)] if config.average else [max(matches)]
    weights = published["weights1"].reshape(len(features), -1)
    layer = [
        sum(f * w for f, w in zip(features, weights[:, unit], strict=True)) + published["biases1"][unit]
        for unit in range(weights.shape[1])
    ]
    if not config.hidden:
        return float(layer[0])
    return float(
        sum(max(h, 0.0) * w for h, w in zip(layer, published["weights2"], strict=True)) + published["biases2"][0]
    )


def random_parameters(config: DeepBindConfig, seed: int = 0) -> dict[str, np.ndarray]:
    rng = np.random.default_rng(seed)
    units = config.hidden or 1
    sizes = {
        "detectors": 4 * config.width * config.detectors,
        "thresholds": config.detectors,
        "weights1": config.features * units,
        "biases1": units,
        "weights2": config.hidden,
        "biases2": int(config.hidden > 0),
    }
    return {name: rng.normal(0, 1, size).round(6) for name, size in sizes.items()}


def text_of(config: DeepBindConfig, published: dict[str, np.ndarray]) -> str:
    """A parameter file as published, carriage returns included."""
    lines = ["# deepbind 0.1", f"reverse_complement = {int(config.both_strands)}"]
    lines += [f"num_detectors = {config.detectors}", f"detector_len = {config.width}"]
    lines += [f"has_avg_pooling = {int(config.average)}", f"num_hidden = {config.hidden}"]
    lines += [f"{name} = {','.join(f'{v:.9e}' for v in values)}" for name, values in published.items()]
    return "\r\n".join(lines) + "\r\n"


def tiny(folder: Path, config: DeepBindConfig, text: str, length: int = 20) -> ModelCard:
    """A card of a file that holds `text`."""
    content = text.encode("ascii")
    (folder / "tiny.txt").write_bytes(content)
    files = (WeightsFile("tiny.txt", "", len(content), hashlib.sha256(content).hexdigest()),)
    card = index.card("D00328.003")
    output = replace(card.outputs[0], tracks=("Test",))
    config_of = {name: getattr(config, name) for name in DeepBindConfig.__dataclass_fields__}
    return replace(
        card, config=config_of, length=length, outputs=(output,), files=files, strand_symmetric=config.both_strands
    )


def tiny_config(hidden: int, average: bool, both: bool) -> DeepBindConfig:
    return DeepBindConfig(width=5, window=7, detectors=3, hidden=hidden, average=average, both_strands=both)


@pytest.mark.parametrize(("hidden", "average", "both"), KINDS)
def test_scores_equal_those_of_loops(folder: Path, hidden: int, average: bool, both: bool) -> None:
    config = tiny_config(hidden, average, both)
    published = random_parameters(config)
    model = load_model(tiny(folder, config, text_of(config, published)))
    assert isinstance(model, NetModel)
    # longer than a window, as long, shorter, shorter than a detector, with N inside (in a row longer than a detector)
    for bases in ("ACCGTTAGCATCGGATTACA", "GGATCTA", "TTGCAC", "AC", "ACGTNNACGTACNNNNNNTG", "CANGT", "GNNNNNNNNNNNA"):
        expected = score(published, config, bases)
        assert float(model.net(encode(bases))[0, 0]) == close(expected, beside=1)
        padded = Sequence(bases).fit(20).sequence
        assert target_value(model, padded, TINY) == close(expected, beside=1)


@pytest.mark.parametrize(("hidden", "average", "both"), KINDS)
def test_n_at_the_ends_are_not_part_of_the_sequence(folder: Path, hidden: int, average: bool, both: bool) -> None:
    config = tiny_config(hidden, average, both)
    model = load_model(tiny(folder, config, text_of(config, random_parameters(config, 1))))
    assert isinstance(model, NetModel)
    bases = "GATNACCATG"  # the N inside stays
    alone = model.net(encode(bases))
    for left in (0, 1, 4, 10):
        assert model.net(encode("N" * left + bases + "N" * (10 - left))) == close(alone)
    other = "CCATGACCTAGACATTACGA"
    together = model.net(encode(["N" * 10 + bases, other]))  # rows of different length in one batch
    assert together == close(torch.cat([alone, model.net(encode(other))]))
    assert bool(torch.isfinite(model.net(torch.zeros(1, 4, 20))).all())


@pytest.mark.parametrize(("hidden", "average", "both"), KINDS)
def test_contract(folder: Path, hidden: int, average: bool, both: bool) -> None:
    config = tiny_config(hidden, average, both)
    checks = check_model(load_model(tiny(folder, config, text_of(config, random_parameters(config)))))
    assert [c.message for c in checks if c.passed is False] == []
    assert checks[-1].name == "whole way"


@pytest.mark.parametrize(("hidden", "average", "both"), KINDS)
@pytest.mark.parametrize("bases", ["ACCGTTAGCATCGGATTACA", "NNNNNACGGATACANNNNNN"])
def test_explanations_add_up(folder: Path, bases: str, hidden: int, average: bool, both: bool) -> None:
    config = tiny_config(hidden, average, both)
    model = load_model(tiny(folder, config, text_of(config, random_parameters(config, 2))))
    for method in ("deepliftshap", "ig"):
        found = attribute(model, Sequence(bases), TINY, method, references=3)
        assert np.isfinite(found.scores).all()
        assert found.gap is not None
        assert found.gap <= 0.01 * max(1.0, abs(found.value))  # a share of 1 %, where there is a difference to explain
        if method == "deepliftshap":
            assert found.gap < 1e-4


@pytest.mark.parametrize("bases", ["ACCGTTAGCATCGGATTACA", "NNNNNACGGATACANNNNNN"])
def test_mutation_maps_equal_predictions_of_mutants(folder: Path, bases: str) -> None:
    config = tiny_config(3, True, True)
    published = random_parameters(config, 3)
    model = load_model(tiny(folder, config, text_of(config, published)))
    found = saturate(model, Sequence(bases), TINY, indels=True)
    reference = score(published, config, bases.strip("N"))
    assert found.value == close(reference, beside=1)
    for place in (5, 9, 13):
        for row, base in enumerate("ACGT"):
            mutant = (bases[:place] + base + bases[place + 1 :]).strip("N")
            assert found.delta[row, place] == close(score(published, config, mutant) - reference, beside=reference)
    assert found.deletions is not None
    shorter = bases[:7] + bases[8:]  # a sequence one base shorter, not one with N at its end
    assert found.deletions[7] == close(score(published, config, shorter.strip("N")) - reference, beside=reference)


# -- files ------------------------------------------------------------------------------------------------------------

FAULTS = {
    "thresholds = ": ("gone = ", "missing key 'thresholds'"),
    "weights2 = ": ("weights2 = 1.0\r\nother = ", "unexpected keys weights2, other"),
    "biases1 = ": ("biases1 = 1.0,", "size mismatch for out.bias"),
    "\ndetectors = ": ("\ndetectors = 1.0,", "shape"),
    "detector_len = 5": ("detector_len = 6", "detector_len is 6, the card says 5"),
    "reverse_complement = 1": ("reverse_complement = 0", "reverse_complement is 0, the card says 1"),
    "# deepbind 0.1": ("# deepbind 0.2", "its first line is '# deepbind 0.2'"),
    "num_hidden = 0": ("num_hidden", "a line is not of the form"),
    "num_detectors = 3": ("num_detectors = three", "could not convert"),
}


@pytest.mark.parametrize("found", FAULTS)
def test_files_that_do_not_fit_are_refused(folder: Path, found: str) -> None:
    config = tiny_config(0, False, True)
    text = text_of(config, random_parameters(config))
    assert text.count(found) == 1
    instead, said = FAULTS[found]
    with pytest.raises(BadCheckpoint) as caught:
        load_model(tiny(folder, config, text.replace(found, instead)))
    assert said in str(caught.value)


def test_a_changed_file_is_refused(folder: Path) -> None:
    config = tiny_config(0, False, True)
    text = text_of(config, random_parameters(config))
    card = tiny(folder, config, text)
    load_model(card)
    (folder / "tiny.txt").write_text(text + "\n", encoding="ascii")
    with pytest.raises(BadCheckpoint, match="checksum"):
        load_model(card)


# -- the release ------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def release(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """All parameter files, unpacked; read by the tests below only."""
    place = tmp_path_factory.mktemp("deepbind")
    with tarfile.open(RELEASE) as archive:
        archive.extractall(place, filter="data")
    return place


@pytest.fixture
def published(release: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("GENOVIZ_WEIGHTS", str(release))
    return release / "params"


@needs_release
@pytest.mark.parametrize("column", range(4), ids=EXAMPLE_MODELS)
def test_the_example_of_the_program(published: Path, column: int) -> None:
    model = load_model(index.card(EXAMPLE_MODELS[column]))
    records = [Sequence.read(bases).fit(101).sequence for bases in EXAMPLE]  # U is read as T, N are added
    found = [float(row["binding"].values[0, 0]) for row in predict(model, records)]
    assert found == pytest.approx([numbers[column] for numbers in EXAMPLE.values()], abs=1e-5, rel=0)


def sequences_of(name: str) -> tuple[list[str], np.ndarray]:
    with gzip.open(SHARED / "tf_chip_deepbind10" / f"{name}.test.tsv.gz", "rt") as file:
        rows = list(csv.DictReader(file, delimiter="\t"))
    return [row["seq"] for row in rows], np.array([row["label"] == "1" for row in rows])


def auroc_with_window(identifier: str, name: str, window: int) -> float:
    card = index.card(identifier)
    model = load_model(replace(card, config={**card.config, "window": window}))
    bases, labels = sequences_of(name)
    return auroc(evaluate(Target.default(card).of(model), model, encode(bases)).numpy(), labels)


@needs_release
@pytest.mark.parametrize("name", TESTED)
def test_published_test_sets(published: Path, name: str) -> None:
    """Numbers of the data's README, for which the models read the whole sequence."""
    identifier, expected = TESTED[name]
    found = auroc_with_window(identifier, name, 101)
    assert found == pytest.approx(expected, abs=6e-5)
    assert f"{expected:.3f} where it reads all 101 bases" in index.card(identifier).studies[0]["answer"]


@needs_release
def test_scores_in_windows_tell_peaks_too(published: Path) -> None:
    name = "FOXA1_HepG2"
    identifier, _ = TESTED[name]
    found = auroc_with_window(identifier, name, index.rows()[identifier].window)
    assert f"AUROC is {found:.3f} (" in index.card(identifier).studies[0]["answer"]


@needs_release
def test_all_files_are_those_of_the_table(published: Path) -> None:
    assert {path.name for path in published.iterdir()} == {row.file for row in index.rows().values()}
    for row in index.rows().values():
        content = (published / row.file).read_bytes()
        assert len(content) == row.bytes
        assert hashlib.sha256(content).hexdigest() == row.sha256
        lines = dict(line.split(" = ", 1) for line in content.decode("ascii").splitlines()[1:6])
        assert lines == {
            "reverse_complement": str(int(row.both_strands)),
            "num_detectors": str(index.DETECTORS),
            "detector_len": str(row.width),
            "has_avg_pooling": str(int(row.average)),
            "num_hidden": str(row.hidden),
        }
    assert len(index.at_hand()) == 927


@needs_release
@pytest.mark.parametrize("identifier", ["D00210.001", "D00328.018", "D00761.001", "D00001.001"])
def test_a_real_model_goes_the_whole_way(published: Path, identifier: str) -> None:
    """RNA with averages and a hidden layer; the longest detectors; a hidden layer; DNA with averages."""
    model = load_model(index.card(identifier))
    assert isinstance(model, NetModel)
    assert sum(p.numel() for p in model.parameters()) == model.card.parameters
    assert has_filters(model)
    assert [c.message for c in check_model(model) if c.passed is False] == []
    rng = np.random.default_rng(0)
    sequence = Sequence("".join(rng.choice(list("ACGT"), 101)))
    target = Target.default(model.card)
    whole = target_value(model, sequence, target)
    assert attribute(model, sequence, target, "deepliftshap", references=3).gap == pytest.approx(0, abs=1e-4)
    explained = attribute(model, sequence, target, "ig")
    assert explained.relative_gap is not None
    assert explained.relative_gap < 0.02
    found = saturate(model, sequence, target, window=(48, 52))
    mutant = Sequence(sequence.bases[:50] + "A" + sequence.bases[51:])
    assert found.delta[0, 50] == close(target_value(model, mutant, target) - whole, beside=whole)
    config = DeepBindConfig(**model.card.config)
    parameters = {key: tensor.numpy() for key, tensor in read_parameters(published / f"{identifier}.txt").items()}
    short = sequence.bases[:26]
    assert target_value(model, Sequence(short).fit(101).sequence, target) == close(
        score(parameters, config, short), beside=1
    )


@needs_release
def test_a_hand_made_ctcf_site_beats_its_shuffles_on_both_strands(published: Path) -> None:
    model = load_model(index.card("D00328.018"))
    rng = np.random.default_rng(0)
    site = "TACCACTAGGGGGCGCCACC"
    flank = ["".join(rng.choice(list("ACGT"), 81)) for _ in range(5)]
    with_site = encode([f[:40] + site + f[40:] for f in flank])
    shuffled = encode([f[:40] + "".join(rng.permutation(list(site))) + f[40:] for f in flank])
    above = model.logits(with_site)["binding"]
    assert bool((above > model.logits(shuffled)["binding"].max()).all())
    assert above == close(model.logits(reverse_complement(with_site))["binding"])


def test_the_network_has_the_published_number_of_weights() -> None:
    for row in list(index.rows().values())[::40]:
        net = DeepBind(DeepBindConfig(**index.card(row.id).config))
        assert sum(p.numel() for p in net.parameters()) == row.parameters


@pytest.mark.online
def test_a_fetched_model_gives_the_number_of_the_example(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from genoviz.models.fetch import fetch

    monkeypatch.setenv("GENOVIZ_WEIGHTS", str(tmp_path))
    card = index.card("D00328.003")
    fetch(card, folder=tmp_path, progress=None)
    sequence = Sequence("TACCACTAGGGGGCGCCACC").fit(101).sequence
    assert target_value(load_model(card), sequence, Target.default(card)) == pytest.approx(17.682623, abs=1e-5)
