"""Word counts on both strands, by hand and against each other."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from genoviz.models.onehot import encode, letter_codes, reverse_complement
from genoviz.networks.kmer import KmerCounts, KmerNet, KmerNetConfig, count_words, strand_pairs

WORDS = [a + b for a in "ACGT" for b in "ACGT"]


def test_strand_pairs_by_hand() -> None:
    own, mirror = strand_pairs(2)
    pairs = [(WORDS[i], WORDS[j]) for i, j in zip(own, mirror, strict=True)]
    assert pairs == [
        ("AA", "TT"), ("AC", "GT"), ("AG", "CT"), ("AT", "AT"), ("CA", "TG"),
        ("CC", "GG"), ("CG", "CG"), ("GA", "TC"), ("GC", "GC"), ("TA", "TA"),
    ]  # fmt: skip


def test_counts_on_both_strands_by_hand() -> None:
    """AACG reads AA, AC, CG; its other strand CGTT reads CG, GT, TT: so AA and AC once more, CG twice."""
    counts = KmerCounts(2, both_strands=True)(encode("AACGN"))[0]
    own, _ = strand_pairs(2)
    assert {WORDS[w]: int(c) for w, c in zip(own, counts, strict=True) if c} == {"AA": 1, "AC": 1, "CG": 2}


@pytest.mark.parametrize("k", [3, 4])
def test_a_sequence_and_its_other_strand_count_alike(k: int) -> None:
    X = encode(["ACGGTTACNATCGAA", "TTTTTAGCAGCATTN"])  # the first holds the palindrome TCGA
    both, one = KmerCounts(k, both_strands=True), KmerCounts(k)
    assert torch.equal(both(X), both(reverse_complement(X)))
    # Every word without N counts once, under one of its two names; palindromes (only even k has them) twice.
    palindromes = {3: [0, 0], 4: [1, 0]}[k]
    assert (both(X).sum(1) - one(X).sum(1)).tolist() == palindromes
    assert not torch.equal(one(X), one(reverse_complement(X)))


@pytest.mark.parametrize("both_strands", [False, True])
def test_counting_letters_is_counting_with_the_convolution(both_strands: bool) -> None:
    rng = np.random.default_rng(0)
    texts = ["".join(rng.choice(list("ACGTN"), 60, p=[0.3, 0.2, 0.2, 0.25, 0.05])) for _ in range(5)]
    expected = KmerCounts(3, both_strands)(encode(texts))
    assert torch.equal(count_words(letter_codes(texts), 3, both_strands=both_strands), expected)


def test_the_network_reads_both_strands_alike() -> None:
    torch.manual_seed(0)
    net = KmerNet(KmerNetConfig(k=3, outputs=2, both_strands=True)).eval()
    X = encode("ACGGTTACTATCCGA")
    assert torch.equal(net(X), net(reverse_complement(X)))
    assert net.out.in_features == 32
