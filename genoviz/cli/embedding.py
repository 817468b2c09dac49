"""The commands `genoviz map` (embedded records in two dimensions, with neighbours) and `genoviz probe` (a linear probe)."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from genoviz.cli.common import AsJson, ModelName, at_work, percentage, print_json, print_tsv, read_file, say
from genoviz.cli.receipts import ReceiptFile, write_receipt
from genoviz.errors import BadInput
from genoviz.models.card import ModelCard
from genoviz.models.catalogue import get_card

if TYPE_CHECKING:
    from genoviz.embedding.records import Labelled

Files = Annotated[
    list[Path] | None,
    typer.Option(
        "--fasta",
        "-f",
        help="Records; labels are `label=WORD` or `label=1.7` in their names, or the files' names where it is given twice or more.",
    ),
]
Shuffles = Annotated[
    bool, typer.Option("--shuffles", help="Add a dinucleotide shuffle of each record: given against shuffled.")
]


def map_(
    model: ModelName,
    fasta: Files = None,
    shuffles: Shuffles = False,
    method: Annotated[str, typer.Option(help="`pca`, or `umap` (`pip install genoviz[umap]`).")] = "pca",
    seed: Annotated[int, typer.Option(help="Of shuffles and UMAP.")] = 0,
    receipt: ReceiptFile = None,
    json_: AsJson = False,
) -> None:
    """Draw embedded records in two dimensions, with each one's nearest neighbours in all of them."""
    with at_work():
        card = get_card(model)
        data = _records(card, fasta, shuffles, seed)
        from genoviz.embedding.map import embedding_map
        from genoviz.embedding.records import gc_share
        from genoviz.embedding.tables import map_provenance, map_record, map_table
        from genoviz.models.load import load_model
        from genoviz.predict.embed import embed

        loaded = load_model(model)
        vectors = embed(loaded, data.sequences, progress=percentage("embedding"))
        found = embedding_map(loaded, data, vectors, method=method, seed=seed)
        say(found.sentence)
        if receipt is not None:
            from genoviz.receipts.embedding import map_receipt

            write_receipt(receipt, map_receipt(found))
        columns = {"gc": gc_share(data.sequences)}
    if json_:
        print_json(map_record(found, columns))
    else:
        print_tsv(map_table(found, columns), map_provenance(found))


def probe(
    model: ModelName,
    fasta: Files = None,
    shuffles: Shuffles = False,
    label: Annotated[str, typer.Option(help="The label that is told from all others; the first one otherwise.")] = "",
    word: Annotated[int, typer.Option(help="Bases of the words that the baseline counts.")] = 4,
    seed: Annotated[int, typer.Option(help="Of shuffles, the split and the draws.")] = 0,
    receipt: ReceiptFile = None,
    json_: AsJson = False,
) -> None:
    """Train a linear probe on a model's embedding, beside one on counts of words, and score both on held-out records."""
    with at_work():
        card = get_card(model)
        data = _records(card, fasta, shuffles, seed)
        from genoviz.embedding.probe import probe as run
        from genoviz.embedding.tables import probe_provenance, probe_record, probe_table
        from genoviz.models.load import load_model
        from genoviz.predict.embed import embed

        loaded = load_model(model)
        vectors = embed(loaded, data.sequences, progress=percentage("embedding"))
        found = run(loaded, data, vectors, positive=label, word=word, seed=seed, progress=percentage("training"))
        say(found.sentence)
        if receipt is not None:
            from genoviz.receipts.embedding import probe_receipt

            write_receipt(receipt, probe_receipt(found, data))
    if json_:
        print_json(probe_record(found))
    else:
        print_tsv(probe_table(found), probe_provenance(found))


def _records(card: ModelCard, fasta: list[Path] | None, shuffles: bool, seed: int) -> Labelled:
    """Records of all files as the model reads them; what was read is said."""
    from genoviz.embedding.records import MOST, MOST_BASES, labelled, labelled_fitted, with_shuffles
    from genoviz.sequences.sequence import read_sequences

    if not fasta:
        raise BadInput(
            "No records were given.",
            "--fasta FILE; several files give a label each.",
            f"For example `genoviz probe {card.name} --fasta bound.fa --fasta unbound.fa`.",
        )
    parts = []
    for path in fasta:
        records = read_sequences(read_file(path), max_records=MOST, max_bases=MOST_BASES)
        part = labelled_fitted(records, card.length)
        parts.append(part if len(fasta) == 1 else replace(part, labels=(path.stem,) * len(part.sequences)))
        say(f"{path.name}: {part.said}")
    data = parts[0]
    if len(parts) > 1:
        data = labelled([s for one in parts for s in one.sequences], [x for one in parts for x in one.labels])
    return with_shuffles(data, seed=seed) if shuffles else data
