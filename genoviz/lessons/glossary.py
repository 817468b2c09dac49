"""The words of pages and lessons, one or two plain sentences each; `docs/glossary.md` is made from them."""

from __future__ import annotations

from dataclasses import dataclass


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
        "Autoencoder",
        "A network that squeezes a sequence into a few numbers and writes it out again from them.",
        ("autoencoder", "autoencoders"),
    ),
    Term(
        "Background",
        "A sequence without the signal in question, such as random bases; a site is written into it to see what the site alone does.",
    ),
    Term(
        "Baseline, reference",
        "The input that stands for 'nothing there' and that the sequence is compared with.",
    ),  # not linked: beside models the word also means a simple one to beat
    Term("Batch", "The sequences that a network reads before its weights are adjusted once."),
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
        "Class imbalance",
        "One class is much rarer than the other, as bound places are in a genome. A high AUROC can then hide that most calls are false.",
        ("class imbalance",),
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
    Term("Cooperation", "What two sites do together beyond the sum of what each does alone.", ("cooperation",)),
    Term(
        "Counterfactual",
        "The smallest change of the input that turns the answer round.",
        ("counterfactual", "counterfactuals"),
    ),
    Term(
        "Cryptic splice site",
        "A place that looks like a splice site but is hardly used, until a mutation makes it stronger or its rival weaker.",
        ("cryptic splice site", "cryptic site"),
    ),
    Term(
        "Delta score",
        "The prediction with the variant minus the one without it; for splicing, of the place that changes most.",
        ("delta score", "delta scores"),
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
        "Embedding",
        "The numbers that a network turns a sequence into; alike sequences should lie close together.",
        ("embedding", "embeddings"),
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
    Term("Epoch", "One pass of training over all training sequences.", ("epoch", "epochs")),
    Term(
        "Exon, intron",
        "Exons stay in the mature RNA; introns between them are cut out.",
    ),
    Term(
        "Faithfulness",
        "Whether the bases that an explanation points to are those that the model really uses: blank them out and see.",
        ("faithfulness", "faithful"),
    ),
    Term(
        "Family of test items",
        "Test items that are related, such as mutants of one promoter. They are drawn together for intervals, for they say less "
        "than as many independent ones.",
        ("families",),
    ),
    Term(
        "Filter",
        "A small detector of the first layer: a table of weights, four for each base of its width, that slides along the sequence.",
    ),
    Term(
        "Frame shift",
        "An insertion or loss whose length is no multiple of three: all later codons are read wrongly.",
        ("frame shift", "frameshift"),
    ),
    Term(
        "Gradient",
        "How much the output would change for a tiny change of each input number.",
        ("gradient", "gradients"),
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
        "Information content",
        "How far the bases at a place of a motif are from chance, in bits: 2 where only one base occurs, 0 where all do equally.",
        ("information content",),
    ),
    Term("Isoform", "One of the transcripts that a gene makes, with its own set of exons.", ("isoform", "isoforms")),
    Term("k-mer", "A word of k bases, such as the 6-mer GATAAG.", ("k-mer", "k-mers")),
    Term(
        "Language model",
        "A model that learned genomes without labels, by predicting bases from the bases around them.",
        ("language model", "language models"),
    ),
    Term(
        "Latent space",
        "The few numbers that an autoencoder squeezes a sequence into, taken as a place; from every place it writes a sequence.",
        ("latent space",),
    ),
    Term(
        "Leakage",
        "Test items that the model has met in training, or near copies of them; the score is then too good.",
        ("leakage",),
    ),
    Term(
        "Left-aligned",
        "An insertion or deletion moved as far to the left as its bases allow, so that each has one spelling.",
        ("left-aligned",),
    ),
    Term(
        "Linear probe",
        "A straight line that is trained on a model's numbers to tell labels apart: a test of what the numbers know.",
        ("linear probe", "linear probes"),
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
    Term("Loss", "How wrong a network is on the training items, as one number; training makes it smaller."),
    Term(
        "Masked prediction",
        "Bases are hidden and the model guesses them from those around: how many language models learn.",
        ("masked prediction",),
    ),
    Term(
        "Massively parallel reporter assay (MPRA)",
        "Thousands of DNA pieces in front of a reporter gene; how much RNA each makes says how active it is.",
        ("massively parallel reporter assay", "massively parallel reporter assays", "MPRA", "reporter assay"),
    ),
    Term("Motif", "A short pattern of bases that a protein prefers to bind.", ("motif", "motifs")),
    Term(
        "Multilayer perceptron (MLP)",
        "A network in which every input number is joined to every unit of the first layer; it knows nothing of neighbours or of shifts.",
        ("multilayer perceptron", "MLP"),
    ),
    Term(
        "Nonsense-mediated decay (NMD)",
        "Cells destroy most transcripts whose stop codon comes too early.",
        ("nonsense-mediated decay", "NMD"),
    ),
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
        "Overfitting",
        "Learning the training items by heart: better and better on them, no better on new ones.",
        ("overfitting",),
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
    Term(
        "Planted truth",
        "Sites that somebody wrote into a sequence, so that the right explanation is known.",
        ("planted truth",),
    ),
    Term(
        "Pooling",
        "Keeping only the strongest (or mean) answer of a few neighbouring places, so that it matters less where exactly a motif lies.",
        ("pooling", "max-pooling"),
    ),
    Term(
        "Position weight matrix (PWM)",
        "A motif as a table of scores, one for each base at each place; the scores of a word add up.",
        ("position weight matrix", "PWM", "PWMs"),
    ),
    Term(
        "Precision, recall",
        "Precision: the share of calls that are right. Recall: the share of true items that are called.",
        ("precision", "recall"),
    ),
    Term(
        "Principal component analysis (PCA)",
        "Draws points of many numbers in two dimensions: along the two directions in which they differ most.",
        ("PCA",),
    ),
    Term("Profile", "A prediction at every base of the middle of the sequence.", ("profile",)),
    Term(
        "Randomisation check",
        "The explanation of a network with random weights. If it looks like the real one, it is not about what was learned.",
        ("randomisation check", "randomised", "randomisation"),
    ),
    Term(
        "Receipt",
        "A small file that says how a result was made, with its numbers, so that others can compute it again and compare.",
    ),
    Term("Receptive field", "How many bases one unit of a network can see.", ("receptive field",)),
    Term(
        "Recurrent network (LSTM, GRU)",
        "Reads the sequence in order and carries on what it met, so that spacing and order can count.",
        ("recurrent network", "LSTM", "GRU"),
    ),
    Term("Reference, alternate allele", "The bases of the assembly, and those of the variant in their place."),
    Term(
        "Reverse complement",
        "The same piece of DNA read from the other strand: backwards, with A and T, C and G exchanged.",
        ("reverse complement",),
    ),
    Term(
        "Saturation",
        "Where more of a signal changes the output no further. Gradients are near zero there, though the signal matters.",
        ("saturated", "saturation"),
    ),
    Term("Seed", "The number that random draws begin with; the same seed gives the same draws."),
    Term(
        "Splice donor, acceptor",
        "Where an intron begins (GT) and where it ends (AG).",
        ("donor", "donors", "acceptor", "acceptors"),
    ),
    Term("Story", "A result in one HTML file to send on: picture, tables, limits and receipts; it needs no network."),
    Term("Strand", "DNA has two; a site may be read on either, and a transcript has one."),
    Term("Target", "The one number of a model that is explained: an output, its tracks, a scale."),
    Term(
        "Teaching genome",
        "A small synthetic genome that comes with the app; everything in it was written there and is known.",
        ("teaching genome",),
    ),
    Term(
        "Test set, training set",
        "What a model is scored on, and what it learns from; the two must have nothing in common.",
        ("test set", "training set"),
    ),
    Term("Token", "What a language model reads at a time: one base, or a word of several."),
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
    Term("Weights", "The numbers of a network that training adjusts, as they stand after it."),
    Term("Window", "The stretch of bases that a model reads at once."),
)


def glossary_page() -> str:
    """The words as a document in Markdown."""
    rows = "\n".join(f"**{term.name}**: {term.meaning}\n" for term in TERMS)
    return (
        "# Glossary\n\nThe words of pages and lessons. On the pages each is a link: its meaning shows on hover and on keyboard "
        f"focus, and a click opens *Help* at the word.\n\n{rows}"
    )
