"""The edit model: worked-out answers, and invariants over random edits."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from genoviz.errors import BadInput
from genoviz.sequences.edit_text import from_text, parse_edit, to_text
from genoviz.sequences.edits import Edit, EditHistory
from genoviz.sequences.locus import Locus
from genoviz.sequences.sequence import Sequence, read_sequences

SEQUENCE = Sequence("ACGTACGTAC", "demo", Locus("chr8", 100, 110, "+", "GRCh38"))


@st.composite
def histories(draw: st.DrawFn) -> EditHistory:
    history = EditHistory(Sequence(draw(st.text("ACGT", min_size=1, max_size=30))))
    for _ in range(draw(st.integers(0, 8))):
        n = len(history.current)
        start = draw(st.integers(0, n))
        end = draw(st.integers(start, min(n, start + 5)))
        bases = draw(st.text("ACGTN", max_size=5))
        if (start == end and not bases) or (end - start == n and not bases):
            continue
        history = history.apply(Edit(start, end, bases))
    return history


@pytest.mark.parametrize(
    ("text", "edit", "label"),
    [
        ("A5G", Edit(4, 5, "G"), "A5G"),
        ("5g", Edit(4, 5, "G"), "A5G"),
        ("5A>G", Edit(4, 5, "G"), "A5G"),
        ("a5u", Edit(4, 5, "T"), "A5T"),
        ("del 6-8", Edit(5, 8, ""), "del 6-8"),
        ("DEL 6", Edit(5, 6, ""), "del 6"),
        ("delete 6–8", Edit(5, 8, ""), "del 6-8"),
        ("ins 6 acg", Edit(5, 5, "ACG"), "ins 6 ACG"),
        ("ins 11 A", Edit(10, 10, "A"), "ins 11 A"),
        ("sub 6-8 AC", Edit(5, 8, "AC"), "sub 6-8 AC"),
        ("sub 6 ACG", Edit(5, 6, "ACG"), "sub 6 ACG"),
    ],
)
def test_typed_edits(text: str, edit: Edit, label: str) -> None:
    parsed = parse_edit(text, SEQUENCE)
    assert parsed == edit
    assert EditHistory(SEQUENCE).apply(parsed).done[0].label == label
    assert parse_edit(label, SEQUENCE) == edit


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("C5G", "names C at base 5, but the sequence has A there"),
        (
            "C5A",
            "has A there already. The letter before the position is the base that is there now. Check the position",
        ),
        ("A5A", "already A"),
        ("A11G", "position 11"),
        ("0G", "position 0"),
        ("del 8-6", "ends before it starts"),
        ("del 1-10", "delete all"),
        ("del 4 ACG", "names new ones"),
        ("ins 12 A", "position 12"),
        ("ins 4", "names no new bases"),
        ("ins 4-5 A", "at a range"),
        ("5X", "the letter `X`"),
        ("", "empty"),
        ("<b>hello</b>", "could not be read"),
    ],
)
def test_a_bad_edit_is_explained_in_three_parts(text: str, says: str) -> None:
    with pytest.raises(BadInput, match=says.replace("(", r"\(")) as caught:
        parse_edit(text, SEQUENCE)
    assert all((caught.value.read, caught.value.accepted, caught.value.fix))


def test_the_kinds_and_their_effect() -> None:
    assert Edit(4, 5, "G").on("ACGTACGTAC") == "ACGTGCGTAC"
    assert Edit(4, 7, "").on("ACGTACGTAC") == "ACGTTAC"
    assert Edit(4, 4, "TT").on("ACGTACGTAC") == "ACGTTTACGTAC"
    assert [Edit(4, 5, "G").kind, Edit(4, 7, "").kind, Edit(4, 4, "TT").kind] == ["substitute", "delete", "insert"]


def test_sites_follow_indels_in_both_directions() -> None:
    history = EditHistory.replay(SEQUENCE, [Edit(6, 7, "T"), Edit(2, 4, ""), Edit(0, 0, "GGG"), Edit(7, 8, "A")])
    #  ACGTACGTAC -> ACGTACTTAC -> ACACTTAC -> GGGACACTTAC -> GGGACACATAC
    assert history.current.bases == "GGGACACATAC"
    sites = history.sites()
    assert [site.label for site in sites] == ["G7T", "del 3-4", "ins 1 GGG", "T8A"]
    assert sites[0].current is None  # its base was set again by the last edit
    assert (sites[1].current, sites[1].original) == ((5, 5), (2, 4))
    assert (sites[2].current, sites[2].original) == ((0, 3), (0, 0))
    assert (sites[3].current, sites[3].original) == ((7, 8), (6, 7))


def test_an_edit_of_inserted_bases_has_no_place_in_the_original() -> None:
    history = EditHistory.replay(SEQUENCE, [Edit(2, 2, "TTT"), Edit(3, 4, "A")])
    assert history.sites()[1].original is None
    assert history.singles()[1] is None
    assert [edit.label for edit in history.net()] == ["ins 3 TAT"]


def test_singles_hold_one_edit_each() -> None:
    history = EditHistory.replay(SEQUENCE, [Edit(0, 2, ""), Edit(2, 3, "G")])
    assert history.current.bases == "GTGCGTAC"
    singles = history.singles()
    assert [s.bases for s in singles if s] == ["GTACGTAC", "ACGTGCGTAC"]
    assert [s.locus for s in singles if s] == [None, SEQUENCE.locus]


def test_edits_that_cancel_out_leave_no_net_difference() -> None:
    history = EditHistory.replay(SEQUENCE, [Edit(2, 5, ""), Edit(2, 2, "GTA"), Edit(0, 1, "T"), Edit(0, 1, "A")])
    assert history.current.bases == SEQUENCE.bases
    assert history.net() == ()
    assert history.fasta() == ">demo\nACGTACGTAC\n"


def test_the_locus_is_kept_only_while_no_base_has_moved() -> None:
    history = EditHistory(SEQUENCE).apply(Edit(0, 1, "T"))
    assert history.current.locus == SEQUENCE.locus
    assert history.apply(Edit(0, 1, "")).current.locus is None


def test_an_edit_that_changes_no_letter_is_ignored() -> None:
    history = EditHistory(SEQUENCE).apply(Edit(0, 1, "T")).undo()
    assert history.apply(Edit(0, 1, "A")) == history


def test_fasta_reads_back() -> None:
    history = EditHistory.replay(SEQUENCE, [Edit(4, 5, "G"), Edit(0, 0, "TT")])
    record = read_sequences(history.fasta(width=4))[0]
    assert record.sequence is not None
    assert record.sequence.bases == history.current.bases
    assert "ins_1_TT,A5G" in history.fasta()


@pytest.mark.parametrize("text", ["57", "d", "i61", "60-62A", "s60-62", "x", "d60-62A", "0G", "d9-3", "57Q"])
def test_a_damaged_link_is_refused(text: str) -> None:
    with pytest.raises(BadInput):
        from_text(text)


@given(histories())
def test_undo_of_apply_is_the_identity(history: EditHistory) -> None:
    steps = [history]
    while steps[-1].done:
        steps.append(steps[-1].undo())
    assert steps[-1].current.bases == history.original.bases
    for k, step in enumerate(steps[1:], 1):
        assert step.redo() == steps[k - 1]
    assert history.reset() == steps[-1]
    assert [history.at(k) for k in range(len(history.done) + 1)] == steps[::-1]
    assert steps[-1].at(len(history.done)) == history, "what was taken back is a state, too"
    with pytest.raises(BadInput):
        history.at(len(history.done) + 1)
    for _ in history.done:
        steps.append(steps[-1].redo())
    assert steps[-1] == history


@given(histories())
def test_each_inverse_takes_its_edit_back(history: EditHistory) -> None:
    bases = history.current.bases
    for edit in reversed(history.done):
        bases = edit.inverse.on(bases)
    assert bases == history.original.bases


@given(histories())
def test_text_and_labels_round_trip(history: EditHistory) -> None:
    assert from_text(to_text(history.done)) == history.done
    assert EditHistory.replay(history.original, from_text(to_text(history.done))) == EditHistory(
        history.original, history.done
    )
    step = EditHistory(history.original)
    for edit in history.done:
        assert parse_edit(edit.label, step.current) == edit
        step = step.apply(edit)


@given(histories())
def test_net_edits_rebuild_the_current_sequence(history: EditHistory) -> None:
    bases = history.original.bases
    net = history.net()
    assert all(a.end <= b.start for a, b in pairwise(net))
    for edit in reversed(net):
        assert bases[edit.start : edit.end] == edit.was
        bases = (bases[: edit.start] + edit.bases + bases[edit.end :]) if bases else edit.bases
    assert bases == history.current.bases


@given(histories(), st.data())
def test_positions_survive_indels(history: EditHistory, data: st.DataObject) -> None:
    """Against a second implementation: every base carries a tag through the edits."""
    n = len(history.original)
    tags: list[tuple[int, int]] = [(-1, i) for i in range(n)]
    for k, edit in enumerate(history.done):
        new = [(k, j) for j in range(len(edit.bases))]
        if not edit.shift:  # replaced one for one: the place stays the original's
            new = [(k, old[1] if old[0] == -1 or old[1] >= 10_000 else 0) for old in tags[edit.start : edit.end]]
        tags[edit.start : edit.end] = new
    for here, there, length in history.blocks:
        assert 0 <= there <= n - length
        assert here + length <= len(history.current)
        for j in range(length):
            assert tags[here + j] == (-1, there + j) or tags[here + j][0] >= 0
    for k, site in enumerate(history.sites()):
        left = [i for i, tag in enumerate(tags) if tag[0] == k]
        if left and site.current is not None:
            assert site.current[0] <= left[0] <= left[-1] < site.current[1]
        if history.done[k].bases:
            assert (site.current is None) <= (not left)


def test_an_edit_over_an_ambiguous_base_has_a_place() -> None:
    """R can be replaced, though no edit may bring it."""
    history = EditHistory(Sequence("ACRTACGT")).apply(Edit(2, 3, "A")).apply(Edit(5, 6, "G"))
    assert [(site.current, site.original) for site in history.sites()] == [((2, 3), (2, 3)), ((5, 6), (5, 6))]
