"""The words of the pages, one line each, and links to them from the texts where they occur."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from urllib.parse import quote

from genoviz.ui.frame.outputs import escape

PAGE, PARAMETER = "help", "word"  # `help?word=AUROC` opens Help at a word


@dataclass(frozen=True)
class Term:
    """A word of the glossary.

    Attributes
    ----------
    name, meaning
        The word, and one or two sentences.
    spelled
        How it stands in texts, where that is not just its name; empty for words that are too common to be linked.
    """

    name: str
    meaning: str
    spelled: tuple[str, ...] = ()


TERMS = (
    Term(
        "Assembly",
        "A version of a genome, such as GRCh38 (hg38). The same position is another base in another assembly.",
        ("assembly",),
    ),
    Term("Attribution", "A share of the prediction assigned to each base.", ("attribution", "attributions")),
    Term("AUPRC", "Average precision; unlike AUROC it depends on the share of positives.", ("AUPRC",)),
    Term("AUROC", "The chance that a true positive scores above a negative; 0.5 is guessing, 1 perfect.", ("AUROC",)),
    Term(
        "Baseline, reference",
        "The input that stands for 'nothing there' and that the sequence is compared with.",
    ),  # not linked: beside models the word also means a simple one to beat
    Term(
        "Bits per base",
        "How surprising a base is to a language model, on average; 2 is guessing among four letters.",
        ("bits per base",),
    ),
    Term(
        "ChIP-seq, ChIP-exo",
        "Measures where in the genome a protein sits in cells: DNA that sticks to it is pulled out and sequenced. Peaks are the "
        "places with much of it.",
        ("ChIP-seq", "ChIP-exo", "ChIP-nexus"),
    ),
    Term(
        "Completeness gap",
        "How far the attributions are from adding up to the difference between sequence and reference.",
        ("completeness gap",),
    ),
    Term(
        "Convolutional network (CNN)",
        "A network whose first layer slides small detectors along the sequence, as one scans for motifs, and learns them.",
        ("convolutional network", "CNN"),
    ),
    Term(
        "Dinucleotide shuffle",
        "A random rearrangement that keeps how often each base follows each other base.",
        ("dinucleotide shuffle", "dinucleotide shuffles", "shuffles", "shuffled"),
    ),
    Term(
        "DNase-seq, ATAC-seq",
        "Measure where the genome is accessible: enzymes cut open chromatin far more often than packed chromatin.",
        ("DNase-seq", "ATAC-seq"),
    ),
    Term(
        "Ensemble",
        "Several networks trained alike from different starts; the prediction is their mean.",
        ("ensemble",),
    ),
    Term(
        "Entropy",
        "How open the choice of a base is, in bits: 2 where any base may stand, 0 where only one may.",
        ("entropy",),
    ),
    Term(
        "Family of test items",
        "Test items that are related, such as mutants of one promoter. They are drawn together for intervals, for they say less "
        "than as many independent ones.",
        ("families",),
    ),
    Term("Held-out", "Never used in training.", ("held-out", "held out")),
    Term(
        "Hypothetical attribution",
        "The score that another base would have at the same place.",
        ("hypothetical attribution", "hypothetical"),
    ),
    Term(
        "In-silico mutagenesis (ISM)",
        "Predicting the effect of every base change; effect = mutated minus original.",
        ("in-silico mutagenesis", "mutation map", "ISM"),
    ),
    Term(
        "Language model",
        "A model that learned genomes without labels, by predicting bases from the bases around them.",
        ("language model", "language models"),
    ),
    Term(
        "Left-aligned",
        "An insertion or deletion moved as far to the left as its bases allow, so that each has one spelling.",
        ("left-aligned",),
    ),
    Term(
        "Log-likelihood",
        "Sum of ln probabilities of the bases that are there, in nats; nearer to 0 is more expected.",
        ("log-likelihood",),
    ),
    Term(
        "Log-odds",
        "How much likelier something is than chance, as a logarithm; 0 is as likely as chance.",
        ("log-odds", "log odds"),
    ),
    Term("Logit", "Log odds, ln(p / (1 - p)); 0 is a probability of one half.", ("logit", "logits")),
    Term("Logo", "Letters drawn at the height of their scores.", ("logo", "logos")),
    Term(
        "Massively parallel reporter assay (MPRA)",
        "Thousands of DNA pieces in front of a reporter gene; how much RNA each makes says how active it is.",
        ("massively parallel reporter assay", "massively parallel reporter assays", "MPRA", "reporter assay"),
    ),
    Term("Motif", "A short pattern of bases that a protein prefers to bind.", ("motif", "motifs")),
    Term(
        "Null band",
        "How tall letters get in shuffled sequences, where nothing is to be found: what stays below it says nothing.",
        ("null band",),
    ),
    Term(
        "One-hot",
        "How a sequence enters a model: four rows, A C G T, with a 1 where the base is; N is all zeros.",
        ("one-hot",),
    ),
    Term(
        "Parameters",
        "The numbers of a network that training adjusts.",
    ),
    Term(
        "Pearson r, Spearman",
        "How well predicted values follow measured ones: 0 is not at all, 1 perfectly. Spearman looks at ranks only.",
        ("Pearson r", "Spearman"),
    ),
    Term("Profile", "A prediction at every base of the middle of the sequence.", ("profile",)),
    Term(
        "Recurrent network (LSTM, GRU)",
        "Reads the sequence in order and carries on what it met, so that spacing and order can count.",
        ("recurrent network", "LSTM", "GRU"),
    ),
    Term("Reference, alternate allele", "The bases of the assembly, and those of the variant in their place."),
    Term(
        "Splice donor, acceptor",
        "Where an intron begins (GT) and where it ends (AG).",
        ("donor", "donors", "acceptor", "acceptors"),
    ),
    Term("Target", "The one number of a model that is explained: an output, its tracks, a scale."),
    Term(
        "Teaching genome",
        "A small synthetic genome that comes with the app; everything in it was written there and is known.",
        ("teaching genome",),
    ),
    Term("Track", "One row of an output: a factor, a cell type, an assay.", ("tracks",)),
    Term(
        "Transformer, attention",
        "Layers in which each place of a sequence looks at all others and takes what matters to it.",
        ("transformer", "attention"),
    ),
    Term(
        "uORF, upstream ATG",
        "A start codon in front of the main one; ribosomes that begin there often miss the main one.",
        ("upstream ATG", "uORF"),
    ),
)


def linked(text: str, done: set[str] | None = None) -> str:
    """A text as Markdown, as `escape` gives it, in which the first of each glossary word is a link with its meaning.

    Parameters
    ----------
    text
        Plain, with code between backticks.
    done
        Names of terms that were linked before, to be left alone; those that are linked here are added to it.

    Examples
    --------
    >>> linked("This has AUROC 0.9.")
    'This has [AUROC](help?word=AUROC "The chance that a true positive scores above a negative; 0.5 is guessing, 1 perfect.") 0\\\\.9\\\\.'
    """
    linked_before = set() if done is None else done
    pieces = re.split(r"(`[^`]+`)", text)  # nothing is linked in code
    if text.count("`") % 2:
        pieces = [text]
    return "".join(
        piece if piece.startswith("`") and i % 2 else _linked(piece, linked_before) for i, piece in enumerate(pieces)
    )


def _linked(text: str, done: set[str]) -> str:
    out, at = [], 0
    for found in _pattern().finditer(text):
        term = _by_spelling()[found[0].lower()]
        if term.name in done:
            continue
        done.add(term.name)
        meaning = term.meaning.replace('"', "'")
        out += [
            escape(text[at : found.start()]),
            f'[{escape(found[0])}]({PAGE}?{PARAMETER}={quote(term.name)} "{meaning}")',
        ]
        at = found.end()
    return "".join([*out, escape(text[at:])])


@cache
def _by_spelling() -> dict[str, Term]:
    return {spelled.lower(): term for term in TERMS for spelled in term.spelled}


@cache
def _pattern() -> re.Pattern[str]:
    """Any spelling as a whole word, the longest first; abbreviations in capitals only as such."""
    longest = sorted((s for term in TERMS for s in term.spelled), key=len, reverse=True)
    words = "|".join(re.escape(s) if s.isupper() else f"(?i:{re.escape(s)})" for s in longest)
    return re.compile(rf"(?<![\w-])(?:{words})(?![\w-])")
