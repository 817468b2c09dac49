"""How do I ...: one row per thing that people want to do, with the page it is done on."""

from __future__ import annotations

from dataclasses import dataclass

SEQUENCE, VARIANTS = "pages/explore/sequence.py", "pages/explore/variants.py"
COMPARE, MEASURED = "pages/explore/compare.py", "pages/explore/measured.py"
GRAMMAR, DISCOVER, DESIGN = "pages/explore/grammar.py", "pages/explore/discover.py", "pages/explore/design.py"
LANGUAGE = "pages/explore/language.py"
AUTOENCODER, EMBEDDING = "pages/explore/autoencoder.py", "pages/explore/embedding.py"
MODELS = "pages/about/models.py"


@dataclass(frozen=True)
class HowTo:
    """A row of `HOW_TO`.

    Attributes
    ----------
    question
        What goes on after `How do I`, for example `change a base?`
    steps
        What to do, a sentence or two each.
    page
        Where it is done.
    words
        Other words that the search of the page finds it by.
    """

    question: str
    steps: tuple[str, ...]
    page: str
    words: str = ""


HOW_TO = (
    HowTo(
        "see what a model says about my sequence?",
        (
            "Paste bases, FASTA, GenBank lines, or a table of a name and a sequence into the box: it says what it understood. U is read as T.",
            "The page opens what stands out most; the sidebar chooses another model, or another of its outputs.",
            "If the length differs from what the model reads, the line above the page shows which bases it reads.",
        ),
        SEQUENCE,
        "paste fasta genbank predict prediction rna",
    ),
    HowTo(
        "look at a place in a genome?",
        (
            "Type a locus such as `chr8:140,300,616-140,300,700`, a gene, or words such as `exon 2 of GENE` into the box.",
            "The sidebar chooses the genome. The teaching genome comes with the app; one marked online is asked for the place "
            "that you name, and nothing else leaves this computer.",
        ),
        SEQUENCE,
        "locus gene region coordinates hg38 online",
    ),
    HowTo(
        "find out what stands out in a sequence?",
        (
            "Open it: all models that suit it are asked, and the list over the picture has the outputs that are most unusual "
            "among shuffled sequences first. It says so when nothing stands out.",
            "A click on a row opens its model and output; the switch under the list shows all outputs.",
        ),
        SEQUENCE,
        "verdict all models ranking unusual percentile",
    ),
    HowTo(
        "read the prediction?",
        (
            "The headline is the value with its unit. Under it stands how many of the held-out test sequences score lower: a value "
            "means little without that.",
            "The next line says how well this output does on sequences that it never saw, by AUROC or a correlation, with its 95 % "
            "interval.",
        ),
        SEQUENCE,
        "score background percentile held-out",
    ),
    HowTo(
        "see which bases matter?",
        (
            "Read the logo: a letter above the line raises the output, one below lowers it, and its height is how much.",
            "The mark under the picture says whether the scores add up to the prediction; the button over the picture changes the "
            "method and the baseline.",
            "Blocks of tall letters have a box with the motif that they look like.",
        ),
        SEQUENCE,
        "attribution importance explain logo deeplift integrated gradients",
    ),
    HowTo(
        "change a base and see what happens?",
        (
            "Click a letter or a cell of the mutation map, or type an edit such as `C69A`.",
            "The number in bold is the difference against the original. Undo with Ctrl+Z, or take single edits away in the list.",
        ),
        SEQUENCE,
        "edit mutate mutation undo insert delete",
    ),
    HowTo(
        "ask about a variant?",
        (
            "Name it in any spelling: `chr17:43124118 T>C`, `17-43124118-T-C`, rs number or HGVS.",
            "Effects are always the alternate minus the reference allele, and their size is compared with that of random changes.",
            "Choose a model that is not marked as unfit for the effects of variants.",
        ),
        VARIANTS,
        "snp rsid hgvs vcf allele effect mutation",
    ),
    HowTo(
        "score a file of variants?",
        (
            "Give a VCF or a table on the page Variants. Rows that can't be read are listed with the reason.",
            "Take the result with you as TSV or VCF. The command line does the same: `genoviz variants MODEL --genome hg38 --vcf FILE --out FILE`.",
        ),
        VARIANTS,
        "vcf table batch many",
    ),
    HowTo(
        "see what a variant does to splicing?",
        (
            "Choose a model of splicing, such as Splice sites, and name the variant: gained and lost donors and acceptors are "
            "listed along the gene.",
            "Models that see further, such as OpenSpliceAI, are fetched once from their card.",
        ),
        VARIANTS,
        "splice donor acceptor exon intron",
    ),
    HowTo(
        "find out whether methods or models agree?",
        (
            "Open a sequence on the page Compare: several methods, and other models if you like, explain it on one axis.",
            "The consensus shows what most of them point to; contested bases come with a likely reason.",
        ),
        COMPARE,
        "compare consensus correlation pearson saturation disagreement two models trust",
    ),
    HowTo(
        "compare a prediction with an experiment?",
        (
            "Open a table of measured effects on the page Measured, or fetch the public experiments there: measured and predicted "
            "maps stand on one axis, with the correlation and what the model misses.",
            "The same page takes splice assays, promoter libraries, wild types beside mutants, and measured tracks.",
        ),
        MEASURED,
        "mpra measured saturation mutagenesis reporter correlation replicate bigwig bedgraph conservation psi library",
    ),
    HowTo(
        "see what the model falls back on when a site is destroyed?",
        ("Compare, Mechanisms: mutants of your sequence are explained and put together by what the model looks at.",),
        COMPARE,
        "cluster mutants redundancy backup site seam meta-explanation",
    ),
    HowTo(
        "average explanations over many sequences?",
        (
            "Compare, Mean map: choose FASTA or BED files, one per label; they are aligned by summit or middle.",
            "The curve is the mean score at each distance, with its interval.",
        ),
        COMPARE,
        "metaplot average profile summit tss heatmap peaks",
    ),
    HowTo(
        "find out whether two sites work together?",
        (
            "Name two motifs or bases: they are put at all distances into random sequences, alone and together.",
            "The picture shows what both do beyond what each does alone.",
        ),
        GRAMMAR,
        "spacing distance order synergy cooperate",
    ),
    HowTo(
        "find the motifs that a model uses?",
        (
            "Give many sequences, or take random ones: all are explained, and stretches that matter are sorted into patterns.",
        ),
        DISCOVER,
        "modisco seqlets patterns clusters discover",
    ),
    HowTo(
        "see what an autoencoder keeps of a sequence?",
        (
            "Open a sequence: the page shows what comes back of it, and how unusual its error is.",
            "Walk goes from it to another one, Dimensions shows what each number changes, in letters and in predicted activity.",
        ),
        AUTOENCODER,
        "latent space vae interpolation denoise anomaly sample walk",
    ),
    HowTo(
        "see which sequences are alike for a model?",
        (
            "Give records with labels in their names (`label=WORD`): they are drawn as points; click one for its neighbours.",
            "Below, a linear probe says whether the model's numbers know the labels, beside counts of short words.",
        ),
        EMBEDDING,
        "embedding map pca umap neighbours cluster probe classifier",
    ),
    HowTo(
        "raise or lower a prediction with few edits?",
        ("Say how far, what may not be touched and how many edits: each step is shown, and a second model is asked.",),
        DESIGN,
        "design optimise engineer",
    ),
    HowTo(
        "find a model for my question?",
        (
            "Search and filter by question, organism, molecule and length; words such as `LSTM` and `hg38` are understood.",
            "Explore with this model opens it. Published models are fetched once, after their licence is shown.",
            "Scores may be compared only on one test; such models stand in one table.",
        ),
        MODELS,
        "choose search compare download weights fetch",
    ),
    HowTo(
        "take the numbers or the picture with me?",
        (
            "Under the picture are files with all digits: TSV, FASTA, BED, bedGraph; the picture itself as SVG or PNG.",
            "Copy the link to share the view: it restores sequences of up to 1,000 bases, places and variants. A session file "
            "holds longer ones.",
        ),
        SEQUENCE,
        "download export svg png tsv save share link cite methods",
    ),
    HowTo(
        "see what a language model expects, and what hangs on what?",
        (
            "On the page Language each base is hidden in turn: the logo has the bases that the model expects. Click a base to see what "
            "changing it does to the others.",
            "The dependency map does that for all pairs: motifs are blocks at the diagonal, the stems of a folded RNA are lines across it. "
            "Fill in and write lets the model write a stretch anew.",
        ),
        LANGUAGE,
        "language model masked dependency map infill generate entropy surprise stem trna",
    ),
    HowTo(
        "keep my sequence to myself?",
        (
            "Sequences stay on the computer that runs the app, and are not logged. Nothing is fetched from other hosts, unless you "
            "choose a genome marked online (the place you ask for is sent) or turn on the look-up of a name (the name is sent).",
            "The switch at the end of the sidebar keeps your input out of the page's address.",
        ),
        SEQUENCE,
        "private privacy address data protection",
    ),
    HowTo(
        "see which method finds what is really there?",
        (
            "On the page Planted truth you write sites into random sequences and train a small network on them.",
            "Each attribution method is then scored against where the sites lie.",
        ),
        "pages/learn/sandbox.py",
        "sandbox planted truth train network roc teaching",
    ),
    HowTo(
        "test what I expect before I look?",
        (
            "On the page Predict first, mark the bases that you expect to matter, then peek: truth where it is known, and the model.",
            "A teacher merges the files of a class there and sees what most marked.",
        ),
        "pages/learn/peek.py",
        "guess predict peek class teacher students",
    ),
)
