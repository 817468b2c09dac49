"""The curated examples: pages, lessons and tests all use this list.

All are synthetic: a random background with known binding sites written into it, so the right explanation is known.
"""

from __future__ import annotations

import random
from dataclasses import dataclass

from genoviz.sequences.sequence import Sequence


@dataclass(frozen=True)
class Site:
    """A site written into a construct: its name and positions (0-based, half-open)."""

    name: str
    start: int
    end: int


@dataclass(frozen=True)
class Example:
    """A sequence to start from.

    Attributes
    ----------
    key, title, note
        Short key for links, button text, and what to look for.
    sequence
        The construct.
    model, track
        The model and track it was made for.
    sites
        What was written into the background.
    """

    key: str
    title: str
    note: str
    sequence: Sequence
    model: str
    track: str
    sites: tuple[Site, ...]


def construct(length: int, *sites: tuple[int, str], gc: float, seed: int) -> str:
    """Random bases with this share of G and C, and sites written over them from their first base (0-based) on."""
    letters = random.Random(seed).choices("ACGT", weights=[1 - gc, gc, gc, 1 - gc], k=length)
    for start, site in sites:
        letters[start : start + len(site)] = site
    return "".join(letters)


EXAMPLES = (
    Example(
        "ets",
        "Two ETS sites",
        "Synthetic construct: the ETS site ACCGGAAGTG at bases 31-40 and its reverse complement at 63-72. "
        "GABPA and ELK1, two ETS factors, should both answer.",
        Sequence(
            "CAGAGCAGACAACTAAGTGCTATCAACTAGACCGGAAGTGCCTGAGGTGCTACTACAGTGTCCACTTCCGGTGTTCCGACAAATAACTACGTTTCCCTTAA",
            "synthetic: two ETS sites",
        ),
        "tfbind.encode10",
        "GABPA",
        (Site("ETS", 30, 40), Site("ETS (reverse)", 62, 72)),
    ),
    Example(
        "nrse",
        "REST silencer element",
        "Synthetic construct: the 21-bp silencer element TTCAGCACCATGGACAGCGCC, bound by REST, at bases 41-61.",
        Sequence(
            "AACGAACCGTGGGGATTTTCCAGAAAACAAAACATGAACCTTCAGCACCATGGACAGCGCCACATGTCATTTTTTAGCAACAGTCTTTCAAAAGTTCGTAG",
            "synthetic: REST silencer element",
        ),
        "tfbind.encode10",
        "REST",
        (Site("RE1 / NRSE", 40, 61),),
    ),
    Example(
        "ebox",
        "E-box of USF1",
        "Synthetic construct: the palindromic site GGTCACGTGACC at bases 46-57, an E-box (CACGTG) "
        "with the flanks that USF1 prefers.",
        Sequence(
            "TTTCATCTTCCTGAAATTATTGCGAATGGTCTTAACAGACATCCGGGTCACGTGACCCGGCGGTAGACTGGTTCGGGGCGCTGTTAGTTAACAAAGTTAGG",
            "synthetic: USF1 E-box",
        ),
        "tfbind.encode10",
        "USF1",
        (Site("E-box", 45, 57),),
    ),
    Example(
        "sigma70",
        "Promoter of E. coli",
        "Synthetic construct: the boxes TTGACA (-35, bases 86-91) and TGCTATAAT (extended -10, bases 107-115), 17 bases "
        "from box to box as the polymerase with sigma factor 70 wants them, and the start site at base 121.",
        Sequence(
            construct(150, (85, "TTGACA"), (106, "TGCTATAAT"), (120, "A"), gc=0.42, seed=6),
            "synthetic: E. coli promoter",
        ),
        "promoter.ecoli",
        "active",
        (Site("-35", 85, 91), Site("extended -10", 106, 115)),
    ),
    Example(
        "donor",
        "Splice donor",
        "Synthetic construct: the end of an exon and the start of an intron, CAG|GTAAGT, at bases 198-206 of a random "
        "sequence, with the GT in the middle where the model expects it. U1 RNA pairs with these nine bases.",
        Sequence(construct(402, (197, "CAGGTAAGT"), gc=0.5, seed=2), "synthetic: splice donor"),
        "splice.sites",
        "human donor",
        (Site("donor", 197, 206),),
    ),
    Example(
        "rap1",
        "Rap1 and Reb1 of yeast",
        "Synthetic construct: a Reb1 site (CGTTACCCGGAA, bases 321-332) and a Rap1 site (ACACCCATACATTA, bases 401-414) in "
        "random bases as rich in A and T as yeast. Explain a profile track to see the rate at every base.",
        Sequence(
            construct(744, (320, "CGTTACCCGGAA"), (400, "ACACCCATACATTA"), gc=0.38, seed=7),
            "synthetic: Reb1 and Rap1 sites",
        ),
        "bpnet.yeast",
        "Rap1",
        (Site("Reb1", 320, 332), Site("Rap1", 400, 414)),
    ),
)


def get_example(key: str) -> Example | None:
    """Example by key, or None."""
    return next((example for example in EXAMPLES if example.key == key), None)
