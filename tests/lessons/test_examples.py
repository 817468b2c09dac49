"""The examples: what their notes say is what the running models say, and real pieces lie where they say."""

from pathlib import Path

import numpy as np
import pysam
import pytest

from genoviz.lessons.example_scores import letter_heights
from genoviz.lessons.examples import EXAMPLES, SHELVES, construct, get_example
from genoviz.lessons.real_examples import REAL
from genoviz.lessons.synthetic_examples import SYNTHETIC
from genoviz.models.catalogue import get_card
from genoviz.models.load import load_model
from genoviz.models.target import Target
from genoviz.models.words import percentiles, rounded
from genoviz.predict.prediction import predict, target_value
from genoviz.sequences.edit_text import from_text
from genoviz.sequences.edits import EditHistory
from genoviz.sequences.sequence import Sequence
from tests.conftest import SHARED
from tests.lessons.example_scores import scores_of


def output_of(example):
    return next(o for o in get_card(example.model).outputs if example.track in o.tracks)


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda e: e.key)
def test_the_numbers_of_a_note_are_those_of_the_model(example) -> None:
    output, sequences = output_of(example), [example.sequence]
    if example.edits:
        sequences.append(EditHistory.replay(example.sequence, from_text(example.edits)).current)
    for tracks in predict(load_model(example.model), sequences):
        value = float(output.overall(tracks[output.name].values)[output.index(example.track)])
        assert rounded(value, output.unit) in example.note


def test_what_notes_claim_beyond_their_numbers() -> None:
    def logits(key: str, *edits: str) -> list[float]:
        example = get_example(key)
        target = Target(output_of(example).name, (example.track,))
        states = [EditHistory.replay(example.sequence, from_text(edit)).current for edit in edits]
        return [target_value(load_model(example.model), state, target) for state in (example.sequence, *states)]

    given, at_29, at_28 = logits("hbb", "221G", "222G")
    assert [round(x, 1) for x in (given, at_29, at_28)] == [7.3, 5.2, 7.0]
    given, *at_35 = logits("serw", "86A", "87C", "88A", "89A", "90A", "91A")
    assert max(abs(x - given) for x in at_35) < 0.2
    for key, row, least in (
        ("reb1", "occupied", 60),
        ("yeast", "held-out", 99),
        ("crx", "held-out", 99),
        ("typical", "promoters", 75),
    ):
        example = get_example(key)
        assert percentiles(get_card(example.model), example.track, logits(key)[0])[row] > least, key
    uatg = get_example("uatg")
    assert percentiles(get_card(uatg.model), uatg.track, logits("uatg")[0])["held-out"] < 10


@pytest.mark.parametrize("example", [e for e in SYNTHETIC if e.key != "sigma70"], ids=lambda e: e.key)
def test_written_sites_are_recognised(example) -> None:
    """Blanking the written sites lowers the output, which stands high among sequences without them."""
    model, target = load_model(example.model), Target(output_of(example).name, (example.track,))
    blank = list(example.sequence.bases)
    for site in example.sites:
        blank[site.start : site.end] = "N" * (site.end - site.start)
    value = target_value(model, example.sequence, target)
    assert value - target_value(model, Sequence("".join(blank)), target) > 0.8
    assert max(percentiles(model.card, example.track, value).values()) > 95


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda e: e.key)
def test_an_example_fits_its_model_and_its_logo_its_letters(example) -> None:
    assert len(example.sequence) == get_card(example.model).length
    assert example.synthetic == (example in SYNTHETIC)
    assert ("synthetic" in example.note.lower()) is False  # the label says so, in a corner
    start, _, end = example.window.partition("-")
    assert not example.window or 1 <= int(start) < int(end) <= len(example.sequence)
    heights = letter_heights(example)
    assert np.count_nonzero(heights) > 5
    assert (np.count_nonzero(heights, axis=1) <= 1).all()


@pytest.mark.parametrize("key", ["uatg", "serw"])
def test_the_logo_of_a_card_is_what_the_model_says_today(key: str) -> None:
    _, scores = scores_of(get_example(key))
    np.testing.assert_allclose(letter_heights(get_example(key)).sum(axis=1), scores, atol=5e-3)


def test_each_example_stands_on_one_shelf_and_each_kind_of_model_has_one() -> None:
    shown = [key for keys in SHELVES.values() for key in keys]
    assert sorted(shown) == sorted(example.key for example in EXAMPLES)
    document = (Path(__file__).parents[2] / "docs" / "examples.md").read_text(encoding="utf-8")
    assert all(
        f"| `{example.key}` | {example.title} |" in document and example.note in document for example in EXAMPLES
    )
    families = {get_card(example.model).family for example in EXAMPLES}
    assert {"CNN", "CNN + recurrent", "dilated CNN", "gated CNN", "language model", "autoencoder"} <= families
    assert {"PWM scan", "k-mer model"} <= families


PIECES = {
    "hbb": ("genome_human_hg38_more/chr11_HBB.fa", 5_222_471),
    "myc": ("genome_human_hg38_more/chr8_MYC.fa", 127_679_999),
    "brca1": ("genome_human_hg38_loci/chr17_BRCA1_region.fa.gz", 42_424_999),
    "uatg": ("genome_human_hg38_loci/chr1_USH2A.fa.gz", 215_620_893),
    "reb1": ("genome_yeast_sacCer3/sacCer3.fa.gz", 0),
    "lm": ("genome_yeast_sacCer3/sacCer3.fa.gz", 0),
    "serw": ("genome_ecoli_U00096.2/ecoli_U00096.2.fa.gz", 0),
}


@pytest.mark.data
@pytest.mark.skipif(not SHARED.is_dir(), reason="the public data are not here")
@pytest.mark.parametrize("key", PIECES)
def test_a_piece_lies_where_it_says(key: str, tmp_path: Path) -> None:
    name, first = PIECES[key]  # the base before the file's first one
    locus, path = get_example(key).sequence.locus, tmp_path / Path(name).name
    for file in (SHARED / name).parent.glob(Path(name).name + "*"):  # an index is written beside it where there is none
        (tmp_path / file.name).symlink_to(file)
    with pysam.FastaFile(str(path)) as genome:
        chrom = locus.chrom if locus.chrom in genome.references else genome.references[0]
        found = Sequence(genome.fetch(chrom, locus.start - first, locus.end - first))
    assert (found if locus.strand == "+" else found.reverse_complement()).bases == get_example(key).sequence.bases


def test_real_examples_name_their_genome() -> None:
    for example in REAL:
        locus = example.sequence.locus
        assert "sacCer3" in example.note if locus is None else locus.assembly in ("hg38", "sacCer3", "mm10", "U00096.2")


def test_construct_by_hand() -> None:
    text = construct(12, (2, "GATTACA"), gc=0.0, seed=1)
    assert text[2:9] == "GATTACA"
    assert set(text[:2] + text[9:]) <= {"A", "T"}
    assert text == construct(12, (2, "GATTACA"), gc=0.0, seed=1)
