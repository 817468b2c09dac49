"""Synthetic examples: a random background with known binding sites written into it, so the right explanation is known."""

from __future__ import annotations

from genoviz.lessons.example import Example, Site, construct
from genoviz.sequences.sequence import Sequence

SYNTHETIC = (
    Example(
        "ets",
        "Two ETS sites",
        "Two sites of one family, on both strands.",
        "The ETS site ACCGGAAGTG at bases 31-40 and its reverse complement at 63-72, written into random bases. "
        "GABPA and ELK1, two ETS factors, both answer; for GABPA the model says 0.984. Break one site, then the other.",
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
        "A site of 21 bases.",
        "The 21-bp silencer element TTCAGCACCATGGACAGCGCC, bound by REST, at bases 41-61 of random bases. The model says "
        "above 0.999, and both halves of the element matter.",
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
        "A palindrome, and its flanks.",
        "The palindromic site GGTCACGTGACC at bases 46-57 of random bases, an E-box (CACGTG) with the flanks that USF1 prefers. "
        "The model says 0.999.",
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
        "Perfect boxes, and a no",
        "The textbook promoter, and a model that says no.",
        "TTGACA (-35, bases 86-91), TGCTATAAT (extended -10, bases 107-115), 17 bases between the boxes, start at base 121: what "
        "the polymerase with sigma factor 70 likes best. In random bases the model says only 0.453: below one half, though it does read the boxes. "
        "It learned from native promoters, where composition counts as much as boxes, and few have both in full. "
        "Compare serW, a native promoter.",
        Sequence(
            construct(150, (85, "TTGACA"), (106, "TGCTATAAT"), (120, "A"), gc=0.42, seed=6),
            "synthetic: textbook promoter",
        ),
        "promoter.ecoli",
        "active",
        (Site("-35", 85, 91), Site("extended -10", 106, 115)),
    ),
    Example(
        "donor",
        "Splice donor",
        "CAG|GTAAGT in random bases.",
        "The end of an exon and the start of an intron, CAG|GTAAGT, at bases 198-206 of random "
        "bases, with the GT in the middle where the model expects it. U1 RNA pairs with these nine bases. The model says above 0.999.",
        Sequence(construct(402, (197, "CAGGTAAGT"), gc=0.5, seed=2), "synthetic: splice donor"),
        "splice.sites",
        "human donor",
        (Site("donor", 197, 206),),
    ),
    Example(
        "rap1",
        "Rap1 and Reb1 of yeast",
        "Two yeast factors side by side.",
        "A Reb1 site (CGTTACCCGGAA, bases 321-332) and a Rap1 site (ACACCCATACATTA, bases 401-414) in "
        "random bases as rich in A and T as yeast. The model says 0.406 Rap1 summits. Explain a profile track to see the rate at every base.",
        Sequence(
            construct(744, (320, "CGTTACCCGGAA"), (400, "ACACCCATACATTA"), gc=0.38, seed=7),
            "synthetic: Reb1 and Rap1 sites",
        ),
        "bpnet.yeast",
        "Rap1",
        (Site("Reb1", 320, 332), Site("Rap1", 400, 414)),
    ),
)
