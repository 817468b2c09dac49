"""genoviz: explore deep-learning models of the genome.

    >>> from genoviz import Sequence, list_models
    >>> Sequence.read(">site\\nacgu").bases
    'ACGT'

Importing the package loads neither torch nor streamlit. The verbs live in modules of their own:
`genoviz.predict`, `genoviz.attribute`, `genoviz.mutagenesis`; `genoviz.models.load.load_model` loads a model.
"""

from importlib.metadata import PackageNotFoundError, version

from genoviz.locus import Locus
from genoviz.models.catalogue import get_card, list_models
from genoviz.motif import Motif
from genoviz.sequence import Sequence
from genoviz.tracks import Tracks
from genoviz.variant import Variant

try:
    __version__ = version("genoviz")
except PackageNotFoundError:  # run from a folder that was not installed
    __version__ = "0+unknown"

__all__ = ["Locus", "Motif", "Sequence", "Tracks", "Variant", "__version__", "get_card", "list_models"]
