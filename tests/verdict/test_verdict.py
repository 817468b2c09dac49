"""What stands out in a sequence: chance, windows, what is left out, and the verdict on sequences with and without a site."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from genoviz.attribute.attribution import attribute
from genoviz.errors import BadSequence, MissingWeights, UnknownName
from genoviz.lessons.examples import get_example
from genoviz.models.base import Model
from genoviz.models.card import ModelCard
from genoviz.models.catalogue import get_card, list_models
from genoviz.models.load import load_model
from genoviz.models.target import Target
from genoviz.motifs.collection import collection
from genoviz.motifs.families import family_label
from genoviz.motifs.match import name_blocks
from genoviz.predict.prediction import predict
from genoviz.predict.readout import read
from genoviz.sequences.sequence import Sequence
from genoviz.sequences.shuffle import dinucleotide_shuffle
from genoviz.verdict.site import strongest_site
from genoviz.verdict.standing import outstanding_track, share_above, shuffled_logits, standings
from genoviz.verdict.suits import ORGANISMS, why_not
from genoviz.verdict.tables import verdict_provenance, verdict_record, verdict_table
from genoviz.verdict.verdict import LONGEST, Verdict, growing_verdict, held_out, verdict
from genoviz.verdict.windows import STARTS, read_at, window_starts

PWM, CNN = get_card("pwm.encode10"), get_card("tfbind.encode10")
REST = get_example("nrse").sequence
# A shuffle of a sequence with a site has none, and the same composition.
NOTHING = Sequence(dinucleotide_shuffle(REST.bases, 1, seed=3)[0])


@pytest.fixture(scope="module")
def rest() -> Verdict:
    return verdict(REST, [PWM, CNN])


def test_chance_of_equally_spaced_numbers() -> None:
    """0 to 1 in steps of a hundredth: half of them lie above 0.5; the highest decile, 0.91 to 1, exceeds 0.9 by 0.055."""
    shuffled = np.linspace(0, 1, 101)
    assert share_above(shuffled, 0.5) == pytest.approx(0.5)
    assert share_above(shuffled, -1) == 1
    assert share_above(shuffled, 0.9) == pytest.approx(0.1)
    assert share_above(shuffled, 0.9 + 0.055) == pytest.approx(0.1 / np.e)
    assert share_above(np.zeros(101), 1.0) == 0


def test_windows_of_a_longer_sequence() -> None:
    assert window_starts(CNN, "A" * 101) == window_starts(CNN, "A" * 50) == [0]
    assert window_starts(CNN, "A" * 160) == [0, 25, 50, 59]  # a quarter of 101 further each, and the last
    promoter = get_card("promoter.ecoli")  # expects the start of transcription at base 121 of 150
    assert window_starts(promoter, "A" * 153) == [0, 1, 2, 3]
    assert len(window_starts(promoter, "A" * 5_000)) <= 2 * STARTS


def test_windows_stand_where_the_bases_are_that_a_model_reads_around() -> None:
    """`splice.sites` reads 402 bases around GT or AG at 201-202, `utr5.mrl` the 50 before ATG."""
    bases = "C" * 205 + "GT" + "C" * 300 + "AG" + "C" * 199
    assert window_starts(get_card("splice.sites"), bases) == [5]  # behind the AG are too few
    assert window_starts(get_card("utr5.mrl"), "C" * 60 + "ATG" + "C" * 9) == [10]
    assert window_starts(get_card("utr5.mrl"), "C" * 100) == []


@pytest.mark.parametrize(
    ("name", "bases", "organism", "rna", "says"),
    [
        ("tfbind.encode10", "A" * 101, "", False, ""),
        ("tfbind.encode10", "A" * 101, "mouse", False, ""),
        ("tfbind.encode10", "A" * 101, "yeast", False, "made for human"),
        ("tfbind.encode10", "A" * 101, "", True, "reads DNA"),
        ("rbp.clip8", "A" * 101, "human", True, ""),
        ("splice.sites", "A" * 101, "Arabidopsis", True, ""),
        ("splice.sites", "A" * 100, "", False, "reads 402 bases, of which these would be 25 %"),
        ("splice.sites", "A" * 500, "", False, "no GT or AG"),
        ("maskedlm.yeast-ecoli", "A" * 199, "", False, "adds up over all 200"),
        ("maskedlm.yeast-ecoli", "A" * 200, "E. coli", False, ""),
    ],
)
def test_who_is_left_out_and_why(name: str, bases: str, organism: str, rna: bool, says: str) -> None:
    reason = why_not(get_card(name), bases, organism=organism, rna=rna)
    assert reason == "" if not says else says in reason


def test_every_organism_has_a_model() -> None:
    words = " ".join(card.organism.lower() for card in list_models())
    assert all(any(word in words for word in fitting) for fitting in ORGANISMS.values())


def test_a_track_stands_for_its_highest_window() -> None:
    """Against plain predictions of every window."""
    model = load_model(PWM)
    longer = Sequence(NOTHING.bases[:60] + REST.bases + NOTHING.bases[:70])
    found = {row.track: row for row in standings(model, longer)}
    windows = [longer.crop(start, start + 101) for start in window_starts(PWM, longer.bases)]
    values = np.array([one["binding"].values[:, 0] for one in predict(model, windows)])
    for i, track in enumerate(PWM.output("binding").tracks):
        row = found[track]
        assert row.value == pytest.approx(values[:, i].max())
        assert values[windows.index(row.window), i] == pytest.approx(row.value)
        assert (row.windows, longer.crop(row.start, row.start + 101)) == (len(windows), row.window)
    # Of the windows with the whole site, which score the same, the one in the middle.
    (site,) = get_example("nrse").sites
    holding = [
        start for start in window_starts(PWM, longer.bases) if start <= 60 + site.start and 60 + site.end <= start + 101
    ]
    assert found["REST"].start == holding[len(holding) // 2]


def test_what_would_stand_out_is_compared_with_shuffles_of_the_sequence_itself() -> None:
    """The expected share is computed again: shuffles, padded as the sequence is, predicted one by one."""
    short = Sequence(REST.bases[30:81])
    model = load_model(PWM)
    row = next(row for row in standings(model, short, rare=1.0) if row.track == "REST")
    assert (row.padding, row.given) == (50, 51)
    assert row.window.bases == "N" * 25 + short.bases + "N" * 25
    shuffles = [Sequence("N" * 25 + text + "N" * 25) for text in dinucleotide_shuffle(short.bases, 100)]
    own = np.sort([one["binding"].track("REST")[0] for one in predict(model, shuffles, scale="logit")])
    assert row.own == pytest.approx(100 * np.interp(row.logit, own, np.linspace(0, 1, 100)))
    known = shuffled_logits(PWM, "REST")
    assert known is not None
    assert row.chance == pytest.approx(max(share_above(known, row.logit), share_above(own, row.logit)))


def test_without_a_background_the_sequences_own_shuffles_count(monkeypatch: pytest.MonkeyPatch) -> None:
    model = load_model(PWM)
    monkeypatch.setattr(model, "card", replace(PWM, background={}))
    rows = standings(model, REST)
    assert all(row.own is not None and row.below == row.own for row in rows)
    assert min(rows, key=lambda row: row.chance).track == "REST"


def test_a_site_stands_out_and_a_shuffle_of_it_does_not(rest: Verdict) -> None:
    assert rest.complete
    assert [row.track for row in rest.leaders] == ["REST"]
    (leader,) = rest.leaders
    assert leader.card.name == "tfbind.encode10"  # held-out AUROC 0.999, the motif scan 0.990
    assert [row.card.name for row in rest.also(leader)] == ["pwm.encode10"]
    assert rest.front is leader
    assert rest.sentence.startswith("REST stands out among 20 outputs of 2 models: higher than 99 % of shuffled")
    none = verdict(NOTHING, [PWM, CNN])
    assert none.leaders == ()
    assert "Nothing stands out among 20 outputs" in none.sentence
    assert none.front is none.standings[0]
    assert f"The most unusual is {none.standings[0].track} " in none.sentence
    assert none.shown(4) == none.standings[:1]


def test_rows_that_are_shown_first() -> None:
    """Rows with a held-out score before those without, and of one model no more than two."""
    made = standings(load_model(PWM), REST)
    rare = [replace(row, chance=1e-6 * (i + 1)) for i, row in enumerate(made)]
    bare = replace(PWM, name="no.scores", held_out=())
    first = replace(rare[0], card=bare, target=Target("binding", ("other",)), chance=1e-9)
    found = Verdict(REST, (first, *rare), (), 11)
    assert found.outstanding[0] is first
    assert [row.track for row in found.leaders] == [*(row.track for row in rare), "other"]
    assert [row.track for row in found.shown(4)] == [rare[0].track, rare[1].track, "other"]


def test_a_verdict_grows_model_by_model(rest: Verdict) -> None:
    shares: list[float] = []
    parts = list(growing_verdict(REST, [CNN, PWM], first="pwm.encode10", progress=shares.append))
    assert [{row.card.name for row in part.standings} for part in parts] == [
        {"pwm.encode10"},
        {"pwm.encode10", "tfbind.encode10"},
    ]
    assert [part.complete for part in parts] == [False, True]
    assert "the first 10 outputs" in parts[0].sentence
    assert shares == [0.5, 1.0]
    assert [row.logit for row in parts[-1].standings] == pytest.approx([row.logit for row in rest.standings])


def test_a_model_that_fails_takes_no_other_down() -> None:
    def load(card: ModelCard) -> Model:
        if card is CNN:
            raise MissingWeights("Its weights are gone.", "", "")
        return load_model(card)

    *_, found = growing_verdict(REST, [CNN, PWM], load=load)
    assert found.complete
    assert found.tracks == 10
    assert found.left_out == ((CNN, "Its weights are gone."),)


def test_inputs_that_get_no_verdict() -> None:
    with pytest.raises(BadSequence, match=f"{LONGEST:,}"):
        verdict(Sequence("A" * (LONGEST + 1)), [PWM])
    with pytest.raises(UnknownName, match="human"):
        verdict(REST, [PWM], organism="humn")
    empty = verdict(Sequence("ACGT"), [PWM, CNN])
    assert empty.sentence == "No model suits these 4 bases."
    assert [card.name for card, _ in empty.left_out] == ["pwm.encode10", "tfbind.encode10"]


def test_the_strongest_site_is_the_planted_one(rest: Verdict) -> None:
    row = rest.leaders[0]
    site = strongest_site(load_model(CNN), row)
    assert site is not None
    (planted,) = get_example("nrse").sites
    assert site.start < planted.end
    assert site.end > planted.start
    assert site.bases == REST.bases[site.start : site.end]
    assert site.family.endswith("REST")
    assert site.letters.shape == (len(site.bases), 4)
    # It is the strongest of all blocks of the page's scores, by the same name.
    scores = attribute(load_model(CNN), REST, row.target).per_base
    blocks = name_blocks(REST, scores, collection(("vertebrates",)), about=["REST"])
    block = max(blocks, key=lambda block: block.seqlet.total)
    assert (site.start, site.end) == (block.seqlet.start, block.seqlet.end)
    match = block.match()
    assert match is not None
    assert site.family == family_label(match.motif)
    # The same site behind 40 bases that the window leaves out is 40 bases further.
    longer = Sequence("ACGTTGCATG" * 4 + REST.bases)
    moved = next(r for r in standings(load_model(CNN), longer) if r.track == "REST")
    further = strongest_site(load_model(CNN), moved)
    assert further is not None
    assert longer.bases[further.start : further.end] == further.bases


def test_the_track_that_a_model_opens_with_is_not_the_first_of_the_alphabet() -> None:
    assert outstanding_track(read(load_model(CNN), REST)) == "REST"
    assert outstanding_track(read(load_model(CNN), get_example("ets").sequence)) == "GABPA"


def test_rows_say_what_the_verdict_says(rest: Verdict) -> None:
    rows = verdict_table(rest)
    assert len(rows) == 20
    first = rest.standings[0]
    assert rows[0]["track"] == first.track
    assert rows[0]["value"] == first.value
    assert rows[0]["expected"] == first.chance * 20
    assert rows[0]["bases"] == "1-101"
    assert rows[0]["held_out"] == held_out(first)
    assert [row["stands_out"] for row in rows].count("yes") == len(rest.outstanding)
    record = verdict_record(rest)
    assert record["verdict"] == rest.sentence == verdict_provenance(rest)["verdict"]
    assert [row["logit"] for row in record["rows"]] == [row.logit for row in rest.standings]


def test_anchors_of_cards_are_words_at_a_place() -> None:
    anchored = [card for card in list_models() if card.anchor]
    assert {card.name for card in anchored} == {"splice.sites", "utr5.mrl"}
    for card in anchored:
        assert 0 <= card.anchor["at"] <= card.length
        assert all(set(word) <= set("ACGT") for word in card.anchor["bases"])
        assert "anchor" in card.to_json()
    assert "anchor" not in CNN.to_json()


def test_padding_is_that_of_the_workbench() -> None:
    short = Sequence("ACGTA" * 10)
    assert read_at(CNN, short, 0) == short.fit(101, how="pad").sequence == short.fit(101).sequence
