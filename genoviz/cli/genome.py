"""The commands `genoviz genome ...`: add, list, show, fetch and remove reference genomes."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

import typer

from genoviz.cli.common import bad_input_exits
from genoviz.errors import BadInput
from genoviz.sequences.assemblies import same_assembly
from genoviz.sequences.locus import Locus

app = typer.Typer(help="Reference genomes: add, list, show, fetch, remove.", no_args_is_help=True)

Name = Annotated[str, typer.Argument(help="Name of a genome (see `genoviz genome list`), or a FASTA file.")]
AsJson = Annotated[bool, typer.Option("--json", help="JSON instead of TSV.")]


@app.command()
def add(
    source: Annotated[
        str, typer.Argument(help="`hg38`, `hg19` or `sacCer3` to download the whole genome, or a FASTA file or folder.")
    ],
    assembly: Annotated[str, typer.Option(help="Build of a file or folder, such as hg38; never guessed.")] = "",
    name: Annotated[str, typer.Option(help="What to call it; else the file's or the download's name.")] = "",
    title: Annotated[str, typer.Option(help="What lists show.")] = "",
    genes: Annotated[Path | None, typer.Option(help="Gene models: a GFF3, GTF or BED file, or a folder.")] = None,
    place: Annotated[
        list[str] | None, typer.Option(help="FILE=LOCUS for a file that holds a piece and does not say so; repeatable.")
    ] = None,
    replace: Annotated[bool, typer.Option("--replace", help="Replace the entry of this name.")] = False,
) -> None:
    """Download a genome, or register files where they are."""
    with bad_input_exits():
        from genoviz.genomes.download import WHOLE, download_genome
        from genoviz.genomes.registry import register

        if source in WHOLE and not Path(source).exists():
            if not same_assembly(assembly, source) or place:
                raise BadInput(
                    f"`{source}` is downloaded under its own assembly.",
                    "--assembly and --place belong to files.",
                    f"Leave them out, or write `./{source}` for a folder of that name.",
                )
            entry = download_genome(source, name=name, title=title, genes=genes, progress=_progress(), replace=replace)
        else:
            path = Path(source)
            if not path.exists():
                raise BadInput(
                    f"`{source}` is neither a file nor a genome that can be downloaded.",
                    f"Genomes to download are {', '.join(WHOLE)}.",
                    "Check the path.",
                )
            loci = dict(_place(text) for text in place or [])
            called = name or path.resolve().name.split(".")[0]
            entry = register(path, called, assembly, genes, title=title, loci=loci, replace=replace)
        typer.echo(f"Registered `{entry.name}` ({entry.assembly}).", err=True)
        if entry.genes is not None:
            _read_genes(entry.name)


@app.command("list")
def list_(json_: AsJson = False) -> None:
    """List the genomes that can be opened by name."""
    with bad_input_exits():
        from genoviz.genomes.registry import list_genomes

        rows = [
            {
                "name": entry.name,
                "title": entry.title,
                "assembly": entry.assembly,
                "kind": "remote" if entry.remote else "synthetic" if entry.synthetic else "local",
                "genes": str(entry.genes or ""),
                "files": ",".join(map(str, entry.paths)),
                "problem": entry.problem,
            }
            for entry in list_genomes()
        ]
    if json_:
        typer.echo(json.dumps(rows, ensure_ascii=False, indent=1))
        return
    typer.echo("\t".join(rows[0]))
    for row in rows:
        typer.echo("\t".join(" ".join(value.split()) for value in row.values()))


@app.command()
def show(name: Name, assembly: Annotated[str, typer.Option(help="Build, where a file is given.")] = "") -> None:
    """The chromosomes of a genome with their lengths; of one stored in pieces, the pieces (1-based, end included)."""
    with bad_input_exits():
        from genoviz.genomes.genome import Genome
        from genoviz.genomes.registry import open_genome

        genome = open_genome(name, assembly=assembly)
        lengths = genome.chromosomes
        whole = [Locus(chrom, 0, length) for chrom, length in lengths.items()]
        stored = list(genome.stored) if isinstance(genome, Genome) else whole
        rows = [f"{locus.chrom}\t{locus.start + 1}\t{locus.end}\t{len(locus)}\t{genome.assembly}" for locus in stored]
    typer.echo("\n".join(["chromosome\tstart\tend\tlength\tassembly", *rows]))


@app.command()
def fetch(
    name: Name,
    locus: Annotated[str, typer.Argument(help="Such as `chr8:140,300,616-140,300,700(-)`; 1-based, end included.")],
    assembly: Annotated[str, typer.Option(help="Build, where a file is given.")] = "",
    pad: Annotated[bool, typer.Option("--pad", help="Put N where the genome has no bases.")] = False,
) -> None:
    """Print the bases of a locus as FASTA, 5' to 3' on its strand."""
    with bad_input_exits():
        from genoviz.genomes.registry import open_genome

        genome = open_genome(name, assembly=assembly)
        sequence = genome.fetch(Locus.parse(locus, assembly=assembly), pad=pad)
        note = f"{genome.assembly or 'assembly not named'} {genome.title}"
    typer.echo(sequence.fasta(note), nl=False)


@app.command()
def remove(name: Annotated[str, typer.Argument(help="Name of a registered genome.")]) -> None:
    """Forget a registered genome; its files stay."""
    with bad_input_exits():
        from genoviz.genomes.registry import find_genome, unregister

        files = find_genome(name).paths
        unregister(name)
    where = f" Its files are still there: {', '.join(map(str, files))}." if files else ""
    typer.echo(f"Removed `{name}` from the list.{where}", err=True)


def _read_genes(name: str) -> None:
    """Read the gene models once, which makes their index, and say what was left out."""
    from genoviz.genes.registered import open_genes_of

    models = open_genes_of(name)
    if models is not None:
        with models:
            count = f"{len(models):,} gene{'' if len(models) == 1 else 's'}"
            for sentence in (f"The gene models hold {count}.", *models.notices):
                typer.echo(sentence, err=True)


def _place(text: str) -> tuple[str, str]:
    file, equals, locus = text.partition("=")
    if not (file and equals and locus):
        raise BadInput(
            f"--place {text} was given.", "It is FILE=LOCUS.", "For example `a.fa.gz=chr20:1000001-2000000`."
        )
    return file, locus


def _progress() -> Callable[[str, int, int], None] | None:
    """Megabytes on standard error while that is a terminal."""
    if not sys.stderr.isatty():
        return None
    shown: dict[str, Any] = {}

    def write(stage: str, done: int, total: int) -> None:
        text = f"{stage} {done / 1e6:,.0f} MB" + (f" of {total / 1e6:,.0f} MB" if total else "")
        if shown.get("text") != text:
            shown["text"] = text
            sys.stderr.write(f"\r{text}" + ("\n" if done == total else ""))
            sys.stderr.flush()

    return write
