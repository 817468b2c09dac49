"""How the files of a model are read, in words: for everybody who asks what is run when a published file is opened."""

from __future__ import annotations

from genoviz.models.card import ModelCard

KERAS = (".h5", ".hdf5", ".keras")

_PICKLED = (
    "a whole pickled object, by a reader that knows tensors and containers; every other name in it is an inert stub, and "
    "nothing in it runs"
)
_READERS = {
    "genoviz.models.pickled:read": _PICKLED,
    "genoviz.networks.qbic:read": "a pickled table, by a reader that knows words and numbers; nothing in it runs",
    "genoviz.models.frozen_graph:read_constants": "the constants of a frozen TensorFlow graph; nothing of the graph runs",
}


def how_read(card: ModelCard) -> str:
    """What is taken of the card's files, as the end of a sentence; empty for hand-set networks."""
    names = [file.name for file in card.files] or ([card.file] if card.file else [])
    if not names:
        return ""
    if card.reader:
        return _READERS.get(card.reader, "tensors or tables only, by a reader of this format; nothing in it runs")
    if all(name.endswith(".safetensors") for name in names):
        return "plain tensors (safetensors)"
    if all(name.endswith(KERAS) for name in names):
        return "the numbers of a Keras file (HDF5); its layers are not run"
    return "the tensors of a torch file; one that needs code of its own to be run is refused"
