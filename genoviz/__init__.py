"""genoviz: explore deep-learning models of the genome.

    >>> from genoviz import Sequence, list_models
    >>> Sequence.read(">site\\nacgu").bases
    'ACGT'

Importing the package loads neither torch nor streamlit. The verbs live in modules of their own:
`genoviz.predict`, `genoviz.attribute`, `genoviz.mutagenesis`; `genoviz.models.load.load_model` loads a model.
"""

from genoviz.models.catalogue import get_card, list_models
from genoviz.motifs.motif import Motif
from genoviz.moved import find_old_names
from genoviz.sequences.locus import Locus
from genoviz.sequences.sequence import Sequence
from genoviz.sequences.tracks import Tracks
from genoviz.variants.variant import Variant
from genoviz.version import __version__

__all__ = ["Locus", "Motif", "Sequence", "Tracks", "Variant", "__version__", "get_card", "list_models"]

find_old_names()
