"""The list of rules, the document that is made from it, and what a map says of them all."""

from __future__ import annotations

import re
import string
import subprocess
import sys
from pathlib import Path

import pytest

from genoviz import Sequence, consequences, get_card, list_models
from genoviz.consequences.judged import DELETED, in_words, signals_of
from genoviz.consequences.rules import RULES, get_rule, listing, rules_for
from genoviz.errors import UnknownName
from genoviz.sequences.edits import Edit, EditHistory
from genoviz.variants.variant import Variant
from genoviz.variants.windows import allele_windows
from tests.consequences.changes import said, written
from tests.small_reference import SmallReference

DOCUMENT = Path(__file__).parents[2] / "docs" / "consequences.md"
LEADER = written(50, (10, "CTG"))


def test_rows_are_whole() -> None:
    assert len({rule.name for rule in RULES}) == len(RULES)
    for rule in RULES:
        assert re.search(r"doi:10\.\d{4,}/\S+|PMID:\d+", rule.citation), rule.name
        assert rule.sentences
        assert any(rule.fits(card) for card in list_models()), rule.name
        for words in rule.sentences.values():
            assert list(string.Formatter().parse(words))
            assert words[0].islower()
            assert not words.endswith(".")
    with pytest.raises(UnknownName):
        get_rule("cpgg")


def test_the_document_has_the_rules_as_they_are() -> None:
    text = DOCUMENT.read_text(encoding="utf-8")
    assert text.partition("<!-- rules -->\n")[2].partition("<!-- end of rules -->")[0] == f"\n{listing()}\n\n"


def test_the_code_of_the_document_runs(capsys: pytest.CaptureFixture[str]) -> None:
    (code,) = re.findall(r"```python\n(.*?)```", DOCUMENT.read_text(encoding="utf-8"), re.S)
    exec(compile(code, "consequences.md", "exec"), {})
    assert capsys.readouterr().out.startswith("makes an upstream ATG, out of frame - no stop")


@pytest.mark.parametrize(
    ("name", "rules"),
    [
        ("utr5.framepool", {"upstream-start", "upstream-stop", "kozak"}),
        ("splice.openspliceai-mane-80nt", {"splice-pair", "splice-strength", "cryptic-site"}),
        ("promoter.ecoli", {"minus-10", "minus-35", "spacer", "extended-10"}),
        ("tfbind.encode10", {"motif", "cpg"}),
        ("bpnet.yeast", {"motif"}),
        ("rbp.clip8", set()),
        ("toy.sum", set()),
    ],
)
def test_models_have_the_rules_of_what_they_are_about(name: str, rules: set[str]) -> None:
    assert {rule.name for rule in rules_for(get_card(name))} == rules


def test_a_map_is_its_edits() -> None:
    card, leader = get_card("utr5.mrl"), Sequence(LEADER[:30] + "N" + LEADER[31:])
    found = consequences.of_map(card, leader, window=(5, 35), indels=True)
    for position in (8, 9, 10, 11, 30):
        edits = {base: Edit(position, position + 1, base) for base in "ACGT" if base != leader.bases[position]}
        edits[DELETED] = Edit(position, position + 1, "")
        edits |= {f"+{base}": Edit(position, position, base) for base in "ACGT"}
        for change, edit in edits.items():
            known = leader.bases[position] != "N" or change.startswith("+")
            assert found.at(position, change) == (consequences.of_edit(card, leader, edit) if known else ()), change
    assert found.asked == 29 * 3 + 29 + 30 * 4
    assert found.only(["upstream-start"]) >= {(9, "A")}
    assert all(5 <= position < 35 for position, _ in found.found)
    assert found.sentence.startswith(
        f"Of {found.asked} mutations {found.count()['upstream-start']} make or lose an upstream"
    )
    assert (
        consequences.of_map(get_card("rbp.clip8"), Sequence("A" * 101)).sentence
        == "No rule of biology is for this model."
    )


def test_edits_are_said_together_and_in_a_sentence() -> None:
    card, original = get_card("utr5.mrl"), Sequence(written(50, (10, "CTC")))
    history = EditHistory(original).apply(Edit(9, 10, "A")).apply(Edit(11, 12, "G"))  # only both make the ATG
    alone = [words for edit in history.done for words in consequences.of_edit(card, original, edit)]
    assert alone == []
    together = consequences.of_history(card, history)
    assert [(edit.label, [f.words for f in found]) for edit, found in together] == [
        ("C10A", ["makes an upstream ATG, out of frame"]),
        ("C12G", []),
    ]
    edit, found = together[0]
    assert in_words(edit.label, found) == "C10A makes an upstream ATG, out of frame"
    assert in_words("C12G", ()) == ""
    (signal,) = signals_of(card, history.current)
    assert (signal.start, signal.end, signal.label) == (9, 50, "uATG")


@pytest.mark.parametrize(("after", "words"), [("ATG", ["makes an upstream ATG, out of frame"]), ("AAG", [])])
def test_variants_know_whether_a_start_codon_follows(after: str, words: list[str]) -> None:
    card = get_card("utr5.mrl")
    bases = "A" * 10 + written(50, (25, "CTG")) + after + "A" * 20  # the variant is the 25th base of the window
    windows = allele_windows(Variant("chr1", 35, "C", "A"), SmallReference({"chr1": bases}), 50)
    assert windows.reference.bases == bases[10:60]
    found = consequences.of_alleles(card, windows, follows=bases[60:63])
    assert [finding.words for finding in found] == words


def test_an_indel_of_a_variant_is_the_edit_without_its_anchor() -> None:
    card = get_card("tfbind.encode10")
    genome = SmallReference({"chr1": "A" * 60 + "CG" + "A" * 60})
    windows = allele_windows(Variant("chr1", 61, "CG", "C"), genome, 101)
    assert [f.words for f in consequences.of_alleles(card, windows)] == ["takes away a CpG"]
    assert [f.words for f in said("tfbind.encode10", windows.reference.bases, "del 52")] == ["takes away a CpG"]


def test_judging_needs_no_torch() -> None:
    code = (
        "import sys; from genoviz import Sequence, consequences, get_card; "
        "print(consequences.of_map(get_card('tfbind.encode10'), Sequence('ACGT' * 25 + 'A')).asked); "
        "print('torch' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout.split() == ["303", "False"]
