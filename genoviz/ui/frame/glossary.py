"""The words of the pages, one line each."""

from __future__ import annotations

import pandas as pd
import streamlit as st

HOW_TO_READ = """
1. **Choose a model and what to explain** in the sidebar, then paste a sequence or choose a place in a genome. Raw
   bases, FASTA, GenBank lines and tables of a name and a sequence work; U is read as T. Places are loci, genes, or
   words such as `exon 2 of GENE`. If the length differs from what the model reads, the sidebar shows which bases it
   reads.
2. **Read what stands out**: all models that suit the sequence are asked, and the page opens on the output that is most
   unusual among shuffled sequences, unless you chose a model. A click on a row opens another. Then **read the
   prediction** next to its background: the same number for sequences that the model never saw.
3. **Read the logo.** A letter above the line raises the output, one below lowers it; its height is how much.
   The dot under the picture says whether the scores add up.
4. **Read the mutation map.** Each column is a position, each row the base it is changed to. Red raises the output, blue
   lowers it; the grey cell is the base that is there.
5. **Ask about a variant** on the page *Variants*: name it in any spelling, or give a file of them. Effects are always
   the alternate minus the reference allele, and their size is compared with that of random changes.
6. **Take the numbers with you** as TSV, VCF, SVG or PNG, or copy the address: it restores the view for sequences of up
   to 1,000 bases, for places and for variants.

Sequences stay on the computer that runs the app, and are not logged. Nothing is fetched from other hosts, unless you
choose a genome marked *online* (the place you ask for is sent) or turn on the look-up of a name (the name is sent).
"""

TERMS = {
    "Assembly": "A version of a genome, such as GRCh38 (hg38). The same position is another base in another assembly.",
    "Attribution": "A share of the prediction assigned to each base.",
    "AUPRC": "Average precision; unlike AUROC it depends on the share of positives.",
    "AUROC": "The chance that a true positive scores above a negative; 0.5 is guessing, 1 perfect.",
    "Baseline, reference": "The input that stands for 'nothing there' and that the sequence is compared with.",
    "Bits per base": "How surprising a base is to a language model, on average; 2 is guessing among four letters.",
    "Completeness gap": "How far the attributions are from adding up to the difference between sequence and reference.",
    "Dinucleotide shuffle": "A random rearrangement that keeps how often each base follows each other base.",
    "Ensemble": "Several networks trained alike from different starts; the prediction is their mean.",
    "Entropy": "How open the choice of a base is, in bits: 2 where any base may stand, 0 where only one may.",
    "Held-out": "Never used in training.",
    "Hypothetical attribution": "The score that another base would have at the same place.",
    "In-silico mutagenesis (ISM)": "Predicting the effect of every base change; effect = mutated minus original.",
    "Language model": "A model that learned genomes without labels, by predicting bases from the bases around them.",
    "Left-aligned": "An insertion or deletion moved as far to the left as its bases allow, so that each has one spelling.",
    "Log-likelihood": "Sum of ln probabilities of the bases that are there, in nats; nearer to 0 is more expected.",
    "Logit": "Log odds, ln(p / (1 - p)); 0 is a probability of one half.",
    "Logo": "Letters drawn at the height of their scores.",
    "One-hot": "How a sequence enters a model: four rows, A C G T, with a 1 where the base is; N is all zeros.",
    "Profile": "A prediction at every base of the middle of the sequence.",
    "Reference, alternate allele": "The bases of the assembly, and those of the variant in their place.",
    "Splice donor, acceptor": "Where an intron begins (GT) and where it ends (AG).",
    "Target": "The one number of a model that is explained: an output, its tracks, a scale.",
    "Teaching genome": "A small synthetic genome that comes with the app; everything in it was written there and is known.",
    "Track": "One row of an output: a factor, a cell type, an assay.",
}


def methods_table() -> None:
    """All attribution methods with their note and source."""
    from genoviz.attribute.methods import METHODS

    rows = [
        {
            "Method": m.title + (" (teaching only)" if m.teaching_only else ""),
            "What it does": m.note,
            "Source": m.citation,
            "Name in commands": m.name,
        }
        for m in METHODS.values()
    ]
    st.table(pd.DataFrame(rows).set_index("Method"))
