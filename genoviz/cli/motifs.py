"""The commands `genoviz motifs ...`: where motifs fit and whether a model uses them, the names of blocks and of motifs."""

from __future__ import annotations

import sys
from collections.abc import Sequence as Seq
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from genoviz.cli.common import (
    AsJson,
    FastaFile,
    Fit,
    ModelName,
    SequenceText,
    TargetText,
    about_sequence,
    at_work,
    bad_input_exits,
    percentage,
    print_json,
    print_tsv,
    read_file,
    read_fitted,
    read_records,
    say,
    target_of,
)
from genoviz.errors import BadInput
from genoviz.models.catalogue import get_card
from genoviz.motifs.collection import TAXA
from genoviz.motifs.match import SIGNIFICANT
from genoviz.motifs.scan import THRESHOLD
from genoviz.predict.tables import reading
from genoviz.version import __version__

if TYPE_CHECKING:
    from genoviz.attribute.attribution import Attribution
    from genoviz.models.base import Model
    from genoviz.models.target import Target
    from genoviz.motifs.collection import KnownMotif
    from genoviz.sequences.sequence import Sequence

app = typer.Typer(help="Find known motifs, and name what a model uses.", no_args_is_help=True)

Taxa = Annotated[str, typer.Option(help=f"Groups of JASPAR CORE, with commas between: {', '.join(TAXA)}.")]
Own = Annotated[
    list[Path] | None,
    typer.Option("--motifs", help="Motif file of yours: MEME, JASPAR, HOCOMOCO, HOMER or TRANSFAC. May be repeated."),
]
Method = Annotated[str, typer.Option("--method", "-m", help="Attribution method, see `genoviz attribute`.")]
References = Annotated[int, typer.Option(help="Number of shuffled references of the method.")]
Seed = Annotated[int, typer.Option(help="For references and random methods.")]


@app.command()
def scan(
    sequence: SequenceText = None,
    fasta: FastaFile = None,
    taxa: Taxa = "",
    motif: Annotated[
        list[str] | None, typer.Option(help="Only this motif: a factor or an accession. May be repeated.")
    ] = None,
    own: Own = None,
    threshold: Annotated[float, typer.Option(help="Largest p-value of a match.")] = THRESHOLD,
    model: Annotated[
        str | None, typer.Option(help="Say of each match whether this model uses it.", metavar="MODEL")
    ] = None,
    every: Annotated[bool, typer.Option("--all", help="All matches, not one for each place and family.")] = False,
    target: TargetText = None,
    method: Method = "deepliftshap",
    references: References = 20,
    seed: Seed = 0,
    fit: Fit = "exact",
    json_: AsJson = False,
) -> None:
    """Find where motifs match, on both strands. Several sequences give tables in a row, or one JSON object a line."""
    with at_work():
        card = get_card(model) if model else None
        if card is None and target is not None:
            raise BadInput(
                "--target was given without --model.", "It says what of a model is explained.", "Add --model."
            )
        fitted = read_fitted(sequence, fasta, card, fit) if card else []
        sequences = [read.sequence for read in fitted] if card else read_records(sequence, fasta)
        from genoviz.attribute.site_use import WIDTH, explain_hits, unexplained
        from genoviz.attribute.tables import attribution_provenance, use_table
        from genoviz.models.factors import factors_of, taxa_of
        from genoviz.models.provenance import table_record
        from genoviz.motifs.scan import scan as run
        from genoviz.motifs.scan import without_overlaps
        from genoviz.motifs.tables import hit_table, motifs_record

        motifs, about = _sought(taxa, motif or [], own or [], taxa_of(card) if card else TAXA)
        if not motifs:
            say("No motifs fit this model's organism. Choose some by --taxa.")
        about["p_value_at_most"] = threshold
        loaded = _loaded(model) if model else None
        for number, one in enumerate(sequences):
            chosen = target_of(target, card) if card else None
            matches = hits = run(one, motifs, threshold, progress=percentage("scanning"))
            said = f"{one.name or 'sequence'}: {len(hits):,} matches"
            if not every:
                hits = without_overlaps(hits, about=factors_of(chosen) if chosen else ())
                said += f" at {len(hits):,} places, one for each place and family"
            if card is None or loaded is None or chosen is None:
                say(f"{said}.")
                header: dict[str, object] = {"genoviz": __version__, "sequence": one.name or "not named"}
                header |= ({"locus": one.locus} if one.locus else {}) | about
                if json_:
                    print_json(motifs_record(header, hit_table(hits, one)))
                else:
                    print_tsv(hit_table(hits, one), header)
                continue
            result = _explained(loaded, one, chosen, method, references, seed)
            uses = explain_hits(hits, result.per_base)
            strange = unexplained(result.per_base, matches) if len(one) > WIDTH else ()
            say(f"{said}, {sum(use.used for use in uses):,} of them used by the model.")
            for stretch in strange:
                place = f"bases {stretch.start + 1}-{stretch.end} ({one.bases[stretch.start : stretch.end]})"
                say(f"{stretch.verdict}: {place}, {stretch.attribution:+.3g} {result.unit}.")
            header = attribution_provenance(card, result) | about | reading(fitted[number])
            if json_:
                others = [
                    {"first": s.start + 1, "last": s.end, "attribution": s.attribution, "p_value": s.p_value}
                    for s in strange
                ]
                details = about_sequence(fitted[number])
                print_json(table_record(card, header, use_table(uses, one), unexplained=others, **details))
            else:
                print_tsv(use_table(uses, one), header)


@app.command()
def blocks(
    model: ModelName,
    sequence: SequenceText = None,
    fasta: FastaFile = None,
    target: TargetText = None,
    method: Method = "deepliftshap",
    references: References = 20,
    seed: Seed = 0,
    of_map: Annotated[bool, typer.Option("--map", help="Of the mutation map instead of an attribution.")] = False,
    taxa: Taxa = "",
    own: Own = None,
    weak: Annotated[bool, typer.Option("--weak", help=f"Also names with a q-value above {SIGNIFICANT:g}.")] = False,
    bed: Annotated[bool, typer.Option("--bed", help="BED instead of TSV.")] = False,
    fit: Fit = "exact",
    json_: AsJson = False,
) -> None:
    """Find the stretches that matter to a model, and name them. Several sequences as in `scan`."""
    with at_work():
        card = get_card(model)
        fitted = read_fitted(sequence, fasta, card, fit)
        from genoviz.attribute.tables import attribution_provenance
        from genoviz.models.factors import factors_of, usual_taxa
        from genoviz.models.provenance import table_record
        from genoviz.motifs.match import FEWEST, block_bed, name_blocks
        from genoviz.motifs.tables import block_provenance, block_table
        from genoviz.mutagenesis.saturation import saturate
        from genoviz.mutagenesis.tables import mutagenesis_provenance

        groups = _groups(taxa) if taxa else usual_taxa(card)
        motifs = (*_own(own), *_of_groups(groups))
        if len(motifs) < FEWEST:
            say("No motifs fit this model's organism: blocks get no names. Choose some by --taxa.")
            motifs = ()
        chosen, loaded = target_of(target, card), _loaded(model)
        for read in fitted:
            one = read.sequence
            if of_map:
                mutations = saturate(loaded, one, chosen, progress=percentage("mutating"))
                scores, header = mutations.importance, mutagenesis_provenance(card, mutations)
            else:
                result = _explained(loaded, one, chosen, method, references, seed)
                scores, header = result.per_base, attribution_provenance(card, result)
            found = name_blocks(one, scores, motifs, about=factors_of(chosen))
            say(
                f"{one.name or 'sequence'}: {len(found)} blocks, {sum(b.match() is not None for b in found)} with a name."
            )
            header |= block_provenance("the mutation map" if of_map else "the attribution", groups) | reading(read)
            rows = block_table(found, one, weak=weak)
            if json_:
                print_json(table_record(card, header, rows, **about_sequence(read)))
            elif bed:
                typer.echo(block_bed(found, one, weak=weak), nl=False)
            else:
                print_tsv(rows, header)


@app.command()
def name(
    file: Annotated[Path, typer.Argument(help="Motifs in MEME, JASPAR or TRANSFAC format; `-`: standard input.")],
    taxa: Taxa = "",
    own: Own = None,
    about: Annotated[
        str,
        typer.Option(
            help="Factors that they are about, such as the explained track: of motifs that tie theirs is named."
        ),
    ] = "",
    json_: AsJson = False,
) -> None:
    """Name motifs that were found, such as patterns or filters: the known motif that each looks like, its family first."""
    with at_work():
        from genoviz.motifs.files import read_motifs
        from genoviz.motifs.names import name_motifs
        from genoviz.motifs.tables import collection_provenance, motifs_record, name_table

        content = sys.stdin.buffer.read() if str(file) == "-" else read_file(file)
        queries = read_motifs(content.decode("utf-8", errors="replace"), source=file.name)
        groups = _groups(taxa) if taxa else TAXA
        factors = [word.strip().upper() for word in about.split(",") if word.strip()]
        named = name_motifs(queries, (*_own(own), *_of_groups(groups)), about=factors)
        header: dict[str, object] = {"genoviz": __version__, "file": file.name, **collection_provenance(groups)}
        header |= {"about": ", ".join(factors)} if factors else {}
        header["q_values"] = "of Tomtom, over the known motifs, for each motif of the file alone"
        rows = name_table(queries, named)
    if json_:
        print_json(motifs_record(header, rows))
    else:
        print_tsv(rows, header)


@app.command()
def show(
    motif: Annotated[str, typer.Argument(help="A factor such as CTCF, or an accession such as MA0139.")],
    own: Own = None,
    meme: Annotated[bool, typer.Option("--meme", help="MEME format instead of TSV.")] = False,
    json_: AsJson = False,
) -> None:
    """Print a known motif: its probabilities, bits, kind of factor, and where it comes from."""
    with bad_input_exits():
        from genoviz.motifs.collection import find
        from genoviz.motifs.files import write_meme
        from genoviz.motifs.tables import motif_provenance, motif_record, motif_table

        found = find(motif, _own(own) if own else None)
    if json_:
        print_json(motif_record(found))
    elif meme:
        typer.echo(write_meme([found]), nl=False)
    else:
        print_tsv(motif_table(found), motif_provenance(found))


def _sought(
    taxa: str, names: Seq[str], files: Seq[Path], usual: tuple[str, ...]
) -> tuple[tuple[KnownMotif, ...], dict[str, object]]:
    """Motifs to scan for, and what a header says of them: those that are named, else those of groups."""
    from genoviz.motifs.collection import find
    from genoviz.motifs.tables import collection_provenance

    if not (names or files):
        groups = _groups(taxa) if taxa else usual
        return _of_groups(groups), collection_provenance(groups)
    found = tuple(find(one) for one in names) + (_own(files) if files else ())
    groups = _groups(taxa) if taxa else ()
    said = ", ".join([*(m.label for m in found[: len(names)]), *map(str, files)])
    return (*found, *_of_groups(groups)), (collection_provenance(groups) if groups else {}) | {"motifs_named": said}


def _groups(taxa: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(filter(None, (word.strip() for word in taxa.split(",")))))


def _of_groups(groups: tuple[str, ...]) -> tuple[KnownMotif, ...]:
    from genoviz.motifs.collection import collection

    return collection(groups)


def _own(files: Seq[Path] | None) -> tuple[KnownMotif, ...]:
    """Motifs of the user's files; without any those of the user's folder. A bad file is an error."""
    from genoviz.motifs.collection import user_motifs

    found = user_motifs(files or None)
    if files and found.problems:
        raise BadInput(" ".join(found.problems))
    for problem in found.problems:
        say(problem)
    return found.motifs


def _loaded(name: str) -> Model:
    from genoviz.models.load import load_model

    return load_model(name)


def _explained(
    loaded: Model, sequence: Sequence, target: Target, method: str, references: int, seed: int
) -> Attribution:
    """The attribution that `genoviz attribute` gives."""
    from genoviz.attribute.attribution import attribute

    result = attribute(loaded, sequence, target, method, references=references, seed=seed, progress=percentage(method))
    for notice in result.notices:
        say(f"{sequence.name or 'sequence'}: {notice}")
    return result
