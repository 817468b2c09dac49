"""Motif discovery: planted sites are found, placed and oriented; shuffles give none."""

from __future__ import annotations

import io
import zipfile

import numpy as np
import pytest

from genoviz.attribute.contributions import Contributions, contributions
from genoviz.discover.clusters import WIDTH, seqlet_places, similarity
from genoviz.discover.comparison import shuffled_background
from genoviz.discover.modisco import has_modisco, read_modisco, run_modisco
from genoviz.discover.patterns import Discovery, discover, from_modisco, light, planted
from genoviz.discover.sites import RecordSite
from genoviz.discover.tables import site_table
from genoviz.errors import BadInput, Cancelled
from genoviz.models.base import Model
from genoviz.models.load import load_model
from genoviz.models.onehot import encode
from genoviz.models.target import Target
from genoviz.motifs.files import read_motifs
from genoviz.motifs.sites import SITES, get_site
from genoviz.sequences.sequence import Sequence
from tests.comparison import close

ETS = get_site("ETS").bases
GABPA = Target("binding", ("GABPA",))


@pytest.fixture(scope="module")
def model() -> Model:
    return load_model("tfbind.encode10")


@pytest.fixture(scope="module")
def truth() -> tuple[tuple[Sequence, ...], tuple[RecordSite, ...]]:
    return planted(101, [ETS], n=150)


@pytest.fixture(scope="module")
def found(model, truth) -> Discovery:
    return discover(model, truth[0], GABPA, references=4)


def test_planted_sites_are_found_on_both_strands(found, truth) -> None:
    best = found.patterns[0]
    assert best.sign == 1
    assert "CCGGAAG" in best.motif.consensus or "CTTCCGG" in best.motif.consensus
    turned = "CTTCCGG" in best.motif.consensus
    places = {site.record: site for site in truth[1]}
    right = 0
    for site in best.sites:
        known = places[site.record]
        middle = (site.start + site.end) / 2
        if abs(middle - (known.start + known.end) / 2) <= 3:
            right += 1
            assert (site.strand != known.strand) == turned
    assert right >= 0.95 * len(best.sites)
    assert right >= 0.8 * len(places), "nearly every planted site is one of the pattern"
    assert {site.strand for site in best.sites} == {"+", "-"}
    others = [p for p in found.patterns[1:] if "CCGGAA" in p.motif.consensus or "TTCCGG" in p.motif.consensus]
    assert not others, "the two strands of a site are one pattern"


def test_a_pattern_is_the_mean_over_its_sites(found) -> None:
    pattern, explained = found.patterns[0], found.contributions
    actual = explained.one_hot * explained.hypothetical
    rows = []
    for site in pattern.sites:
        assert explained.sequences[site.record].bases[site.start : site.end] == (
            site.bases if site.strand == "+" else Sequence(site.bases).reverse_complement().bases
        )
        part = actual[site.record, :, site.start : site.end]
        rows.append(part if site.strand == "+" else part[::-1, ::-1])
        assert site.value == close(float(part.sum()), beside=part)
    assert pattern.contributions == close(np.mean(rows, axis=0).T)
    counts = np.array(
        [[sum(s.bases[i] == b for s in pattern.sites) for b in "ACGT"] for i in range(len(pattern.motif))]
    )
    np.testing.assert_allclose(pattern.motif.matrix, (counts + 0.025) / (len(pattern.sites) + 0.1))
    values = [site.value for site in pattern.sites]
    assert values == sorted(values, reverse=True)


@pytest.mark.long
def test_shuffles_give_none(model, truth) -> None:
    shuffled = shuffled_background(truth[0][:120], seed=11).sequences
    found = discover(model, shuffled, GABPA, references=4)
    assert found.patterns == ()
    assert len(found.notices) == 1


def test_exports(found) -> None:
    motifs = read_motifs(found.meme)
    assert [m.name for m in motifs] == [p.name.replace(" ", "_") for p in found.patterns]
    np.testing.assert_allclose(motifs[0].matrix, found.patterns[0].motif.matrix)
    rows = site_table(found)
    assert len(rows) == sum(len(p.sites) for p in found.patterns)
    first = rows[0]
    sequence = found.contributions.sequences[first["record"] - 1]
    shown = Sequence(sequence.bases[first["start"] - 1 : first["end"]])
    assert first["bases"] == (shown if first["strand"] == "+" else shown.reverse_complement()).bases
    with zipfile.ZipFile(io.BytesIO(found.contributions.modisco_inputs())) as archive:
        arrays = [np.load(io.BytesIO(archive.read(name)))["arr_0"] for name in ("ohe.npz", "shap.npz")]
        assert "-w 100" in archive.read("README.txt").decode()
    np.testing.assert_array_equal(arrays[0], encode(found.contributions.sequences).numpy())
    np.testing.assert_array_equal(arrays[1], found.contributions.hypothetical)


def test_progress_goes_up_and_stops(model, truth) -> None:
    shares: list[float] = []

    def note(share: float) -> None:
        shares.append(share)
        if share > 0.5:
            raise Cancelled

    with pytest.raises(Cancelled):
        discover(model, truth[0][:30], GABPA, references=2, progress=note)
    assert shares == sorted(shares)
    assert shares[-1] < 0.6


def test_what_is_refused(model, truth) -> None:
    for n, options in ((3, {}), (30, {"engine": "best"}), (30, {"least": 1})):
        with pytest.raises(BadInput):
            discover(model, truth[0][:n], GABPA, **options)
    with pytest.raises(BadInput, match="up to 500"):
        discover(model, truth[0] * 4, GABPA)
    with pytest.raises(BadInput, match="must fit"):
        planted(8, [ETS])


def synthetic(
    sites: list[tuple[int, int, str]], n: int = 40, length: int = 60, site: str = "TGACTCAAC"
) -> Contributions:
    """Contributions 1 on the bases of planted sites and little noise elsewhere: what a perfect explanation gives."""
    rng = np.random.default_rng(0)
    texts = ["".join(rng.choice(list("ACGT"), size=length)) for _ in range(n)]
    for record, start, strand in sites:
        read = site if strand == "+" else Sequence(site).reverse_complement().bases
        texts[record] = texts[record][:start] + read + texts[record][start + len(site) :]
    sequences = tuple(Sequence(t, f"s{i}") for i, t in enumerate(texts))
    hypothetical = rng.normal(0, 0.02, (n, 4, length)).astype(np.float32)
    coded = encode(sequences).numpy()
    for record, start, _ in sites:
        hypothetical[record, :, start : start + len(site)] += coded[record, :, start : start + len(site)]
    return Contributions(sequences, hypothetical, "test", GABPA, "units", 1, 0)


def test_every_site_of_a_perfect_explanation_is_placed() -> None:
    rng = np.random.default_rng(4)
    sites = [(i, int(rng.integers(0, 52)), "+-"[i % 2]) for i in range(30)]
    result = light(synthetic(sites), synthetic([]))
    (pattern,) = result.patterns
    assert pattern.motif.consensus in ("TGACTCAAC", "GTTGAGTCA")
    turned = pattern.motif.consensus != "TGACTCAAC"
    flip = {"+": "-", "-": "+"}
    expected = {(r, s, s + 9, flip[strand] if turned else strand) for r, s, strand in sites}
    assert {(s.record, s.start, s.end, s.strand) for s in pattern.sites} == expected
    assert 30 <= result.seqlets[0] <= 33  # a tenth may be false


def test_lowering_sites_are_a_pattern_of_their_own() -> None:
    explained = synthetic([(i, 20 + i % 7, "+") for i in range(30)])
    negated = Contributions(explained.sequences, -explained.hypothetical, "test", GABPA, "units", 1, 0)
    (pattern,) = light(negated, synthetic([])).patterns
    assert pattern.sign == -1
    assert pattern.contributions.sum() < 0
    assert all(site.value < 0 for site in pattern.sites)


def test_similarity_finds_shift_and_strand() -> None:
    rng = np.random.default_rng(1)
    b = rng.normal(size=(1, 4, 25)).astype(np.float32)
    b[:, :, :5] = b[:, :, -5:] = 0
    b /= np.sqrt((b**2).sum())
    a = np.roll(b, 3, axis=2)
    best, shift, minus = similarity(np.concatenate([a, a[:, ::-1, ::-1]]), b)
    np.testing.assert_allclose(best[:, 0], 1, rtol=1e-5)
    assert shift[:, 0].tolist() == [3, 3]
    assert minus[:, 0].tolist() == [False, True]


def test_threshold_needs_more_than_shuffles_give() -> None:
    rng = np.random.default_rng(2)
    null = rng.normal(0, 1, (50, 60)).astype(np.float32)
    same, limit = seqlet_places(rng.normal(0, 1, (50, 60)).astype(np.float32), null, sign=1)
    assert len(same) == 0
    assert limit == float("inf")
    strong = null.copy()
    strong[:, 20 : 20 + WIDTH] += 5
    places, limit = seqlet_places(strong, null, sign=1)
    assert len(places) >= 50
    assert len(np.unique(places.record)) == 50
    assert len(seqlet_places(strong, null, sign=-1)[0]) == 0


def test_known_sites_can_all_be_planted() -> None:
    sequences, sites = planted(60, [site.bases for site in SITES], n=28, seed=5)
    assert len(sites) == 28
    for site in sites:
        shown = Sequence(sequences[site.record].bases[site.start : site.end])
        assert (shown if site.strand == "+" else shown.reverse_complement()).bases == site.bases


def test_without_the_extra_it_says_what_to_install(model, truth) -> None:
    if has_modisco():
        pytest.skip("the extra is installed")
    with pytest.raises(BadInput, match=r"genoviz\[discover\]"):
        run_modisco(contributions(model, truth[0][:2], GABPA, references=1))
    with pytest.raises(BadInput, match="extra"):
        read_modisco(b"")


def test_tfmodisco_finds_the_same_and_can_be_stopped(model) -> None:
    pytest.importorskip("modiscolite")
    sequences, sites = planted(101, [ETS], n=400, seed=3)
    explained = contributions(model, sequences, GABPA, references=2)

    def stop(_: float) -> None:
        raise Cancelled

    with pytest.raises(Cancelled):
        run_modisco(explained, progress=stop)
    result = from_modisco(explained, run_modisco(explained))
    best = result.patterns[0]
    assert "CCGGAA" in best.motif.consensus or "TTCCGG" in best.motif.consensus
    places = {site.record: site for site in sites}
    right = [abs(s.start + s.end - places[s.record].start - places[s.record].end) <= 8 for s in best.sites]
    assert np.mean(right) > 0.9
    with pytest.raises(BadInput, match="can't be read"):
        read_modisco(b"not a file")
