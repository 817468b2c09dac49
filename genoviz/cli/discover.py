"""The commands `genoviz discover` (patterns that matter over many sequences) and `genoviz filters` (what the first
convolution looks for)."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from genoviz.cli.common import (
    AsJson,
    ModelName,
    TargetText,
    at_work,
    open_local,
    percentage,
    print_json,
    print_tsv,
    read_file,
    say,
    target_of,
    write_file,
)
from genoviz.discover.options import ENGINES, LEAST_SITES, MOST, MOST_BASES, OFF, ON, SEQUENCES
from genoviz.errors import BadInput
from genoviz.models.card import ModelCard
from genoviz.models.catalogue import get_card

if TYPE_CHECKING:
    from genoviz.sequences.sequence import Sequence

MemeFile = Annotated[Path | None, typer.Option("--meme", help="Also write the motifs to this file, in MEME format.")]


def discover(
    model: ModelName,
    fasta: Annotated[
        Path | None, typer.Option("--fasta", "-f", help="Sequences; cropped to the middle or padded with N.")
    ] = None,
    bed: Annotated[
        Path | None, typer.Option(help="Regions (BED or narrowPeak) instead: windows around summit or middle.")
    ] = None,
    genome: Annotated[str | None, typer.Option(help="Genome of the regions: a name or a FASTA file.")] = None,
    target: TargetText = None,
    engine: Annotated[str, typer.Option(help=f"{' or '.join(ENGINES)} (`pip install genoviz[discover]`).")] = "light",
    least: Annotated[int, typer.Option(help="Fewest sites of a pattern, for `light`.")] = LEAST_SITES,
    references: Annotated[int, typer.Option(help="Shuffles that each sequence is compared with.")] = 10,
    seed: Annotated[int, typer.Option(help="Same seed, same shuffles.")] = 0,
    sites: Annotated[bool, typer.Option("--sites", help="Every site instead of one row per pattern.")] = False,
    meme: MemeFile = None,
    json_: AsJson = False,
) -> None:
    """Find the short patterns that matter to a model over many sequences, with the motifs they look like."""
    with at_work():
        card = get_card(model)
        sequences = _sequences(card, fasta, bed, genome)
        from genoviz.discover.patterns import check
        from genoviz.discover.patterns import discover as run
        from genoviz.discover.tables import discovery_provenance, discovery_record, pattern_table, site_table
        from genoviz.models.factors import closest_motifs, factors_of, nameable
        from genoviz.models.load import load_model
        from genoviz.motifs.names import name_motifs

        check(engine, len(sequences), least)
        chosen = target_of(target, card)
        found = run(
            load_model(model),
            sequences,
            chosen,
            engine=engine,
            references=references,
            least=least,
            seed=seed,
            progress=percentage("explaining and clustering"),
        )
        for notice in found.notices:
            say(notice)
        raising, lowering = found.seqlets
        say(f"{len(found.patterns)} patterns from {raising:,} stretches that raise and {lowering:,} that lower it.")
        if meme is not None:
            write_file(meme, found.meme)
        if sites and not json_:
            print_tsv(site_table(found), discovery_provenance(card, found))
            return
        queries = [pattern.motif for pattern in found.patterns]
        names = name_motifs(
            queries, closest_motifs(card), about=factors_of(found.contributions.target), nameable=nameable(card)
        )
        if json_:
            print_json(discovery_record(card, found, names))
        else:
            print_tsv(pattern_table(found, names), discovery_provenance(card, found))


def filters(
    model: ModelName,
    target: TargetText = None,
    genome: Annotated[
        str | None, typer.Option(help="Background: windows of this genome; else random, like the training sequences.")
    ] = None,
    sequences: Annotated[int, typer.Option(help="Sequences of the background.")] = SEQUENCES,
    member: Annotated[int, typer.Option(help="Network of an ensemble, from 1.")] = 1,
    off: Annotated[
        str, typer.Option(help=f"What a channel is set to when it is switched off: {', '.join(OFF)}.")
    ] = OFF[0],
    on: Annotated[int, typer.Option(help="Sequences on which filters are switched off; 0: no importance.")] = ON,
    seed: Annotated[int, typer.Option(help="Same seed, same background.")] = 0,
    meme: MemeFile = None,
    json_: AsJson = False,
) -> None:
    """Describe the filters of a model's first convolution, and what each is worth to it."""
    with at_work():
        card = get_card(model)
        from genoviz.discover.comparison import genome_background, random_background
        from genoviz.discover.filters import filter_bank
        from genoviz.discover.tables import filter_provenance, filter_record, filter_table
        from genoviz.models.load import load_model
        from genoviz.motifs.files import write_meme

        chosen = target_of(target, card)
        if genome is None:
            drawn = random_background(card, n=sequences, seed=seed)
        else:
            with open_local(genome) as reference:
                drawn = genome_background(reference, card.length, n=sequences, seed=seed)
        progress = percentage("switching filters off")
        bank = filter_bank(load_model(model), drawn, chosen, member=member, off=off, on=on, progress=progress)
        if meme is not None:
            write_file(meme, write_meme(bank.motifs))
        if json_:
            print_json(filter_record(card, bank))
        else:
            print_tsv(filter_table(bank), filter_provenance(card, bank))


def _sequences(card: ModelCard, fasta: Path | None, bed: Path | None, genome: str | None) -> list[Sequence]:
    """Sequences of a file, or windows around regions, as long as the model reads; what was done is said."""
    from genoviz.discover.comparison import fitted_records
    from genoviz.files.text import decoded
    from genoviz.genomes.regions import region_windows
    from genoviz.sequences.sequence import read_sequences

    if (fasta is None) == (bed is None) or (bed is None) != (genome is None):
        raise BadInput(
            "It is not clear what to search.",
            "Sequences are given by --fasta FILE, or by --bed FILE with --genome NAME.",
            f"For example `genoviz discover {card.name} --fasta peaks.fa`.",
        )
    if fasta is not None:
        records = read_sequences(read_file(fasta), max_records=MOST, max_bases=MOST_BASES)
        found, said = fitted_records(records, card.length)
        say(said)
        return found
    text = decoded(read_file(Path(str(bed))))
    with open_local(str(genome)) as reference:
        regions = region_windows(text, reference, card.length, most=MOST)
    say(regions.sentence)
    return list(regions.windows)
