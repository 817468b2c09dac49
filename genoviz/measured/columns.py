"""Which column of a table of measured effects holds what: by usual names, with a choice where several fit."""

from __future__ import annotations

import re
from collections.abc import Mapping
from collections.abc import Sequence as Seq
from dataclasses import dataclass

from genoviz.errors import BadInput, UnknownName


@dataclass(frozen=True)
class Role:
    """What a column can hold.

    Attributes
    ----------
    name
        As in `--column NAME=...`.
    words
        For people.
    usual
        Names that it usually has, the surest first, in small letters without signs.
    """

    name: str
    words: str
    usual: tuple[str, ...]


ROLES: Mapping[str, Role] = {
    role.name: role
    for role in (
        Role("position", "position", ("position", "pos", "variantposition", "start", "site", "chromstart", "location")),
        Role("ref", "reference base", ("ref", "reference", "refallele", "wildtype", "wt", "from", "refbase")),
        Role("alt", "new base", ("alt", "alternate", "alternative", "altallele", "mut", "mutant", "to", "variantbase")),
        Role("variant", "change as one word", ("variant", "mutation", "change", "hgvs", "variantid", "id")),
        Role(
            "effect",
            "measured effect",
            (
                "log2effect", "log2variantexpressioneffect", "effect", "value", "coefficient", "coef", "log2fc",
                "log2foldchange", "lfc", "log2ratio", "log2", "deltapsi", "dpsi", "delta", "score", "fitness", "activity",
                "expression", "measured", "mean", "y",
            ),
        ),
        Role("p_value", "p-value", ("pvalue", "p", "pval", "padj", "fdr", "qvalue", "adjpval")),
        Role("barcodes", "barcodes", ("barcodes", "tags", "nbarcodes", "ntags", "barcodecount", "ntag", "bc", "nbc")),
        Role("element", "element", ("element", "elementname", "region", "enhancer", "promoter", "experiment", "name")),
        Role("assembly", "genome build", ("assembly", "release", "build", "genome", "genomebuild")),
        Role("chrom", "chromosome", ("chrom", "chromosome", "chr", "contig", "seqname")),
        Role("strand", "strand", ("strand",)),
    )
}  # fmt: skip
_REPLICATE = re.compile(r"(?:^|[^a-z0-9])(?:replicate|repl|rep|biorep)[ _.-]*([0-9]{1,2})(?![0-9])", re.IGNORECASE)
_NO_EFFECT = re.compile(r"(?i)p[ _.-]?val|barcode|tags?\b|count|dna|rna|reads|std|stderr|(?:^|[_ .-])(?:se|sd|n)$")


@dataclass(frozen=True)
class Columns:
    """Columns by what they hold.

    Attributes
    ----------
    of
        Name of the column of each role that was found or named.
    candidates
        All columns whose name fits a role, the one that is taken first; only roles that several fit.
    replicates
        Columns with the effect in one replicate each, in their order.
    """

    of: Mapping[str, str]
    candidates: Mapping[str, tuple[str, ...]]
    replicates: tuple[str, ...]

    @property
    def notices(self) -> tuple[str, ...]:
        """A sentence where several columns fit."""
        return tuple(
            f"Several columns could hold the {ROLES[role].words}: `{self.of[role]}` is read; the others are "
            f"{', '.join(f'`{name}`' for name in names if name != self.of[role])}."
            for role, names in self.candidates.items()
            if role in ("position", "ref", "alt", "effect")
        )


def recognise(header: Seq[str], chosen: Mapping[str, str] | None = None) -> Columns:
    """Find the columns of a header.

    Parameters
    ----------
    header
        Names of the columns.
    chosen
        Column by role, where that is known better.

    Raises
    ------
    UnknownName
        If a role or column of `chosen` does not exist.

    Examples
    --------
    >>> found = recognise(["Chromosome", "Position", "Ref", "Alt", "Tags", "DNA", "RNA", "Value", "P-Value", "Element"])
    >>> found.of["effect"], found.of["barcodes"], found.of["p_value"]
    ('Value', 'Tags', 'P-Value')
    """
    chosen = dict(chosen or {})
    for role, name in chosen.items():
        if role not in ROLES:
            raise UnknownName.among("kind of column", role, ROLES)
        if name not in header:
            raise UnknownName.among("column", name, header)
    replicates = _replicates([name for name in header if name not in chosen.values()])
    free = [name for name in header if name not in replicates and name not in chosen.values()]
    of: dict[str, str] = {}
    candidates: dict[str, tuple[str, ...]] = {}
    for role, one in ROLES.items():
        fitting = usual_columns(free, one.usual, near=role != "element")
        if role == "effect":
            fitting = [name for name in fitting if not _NO_EFFECT.search(name)]
        if role in chosen:
            of[role] = chosen[role]
        elif fitting:
            of[role] = fitting[0]
        if len(fitting) + (role in chosen) > 1:
            candidates[role] = tuple(dict.fromkeys([of[role], *fitting]))
    return Columns(of, candidates, replicates)


def need(columns: Columns, header: Seq[str], *roles: str) -> None:
    """Raise `BadInput` unless there is a column for each of these roles."""
    missing = [role for role in roles if role not in columns.of]
    if missing:
        raise BadInput(
            f"No column holds the {' or the '.join(ROLES[role].words for role in missing)}. "
            f"The table has {', '.join(f'`{name[:30]}`' for name in header[:14])}.",
            f"Usual names are {'; '.join(', '.join(ROLES[role].usual[:4]) for role in missing)}.",
            f"Rename it, or name it: on the page under Columns, or `--column {missing[0]}=NAME`.",
        )


def usual_columns(header: Seq[str], usual: tuple[str, ...], *, near: bool = True) -> list[str]:
    """Columns with a usual name, the surest first; without one those whose name ends with a usual name (`near`)."""
    fitting = sorted((name for name in header if _plain(name) in usual), key=lambda name: usual.index(_plain(name)))
    if fitting or not near:
        return fitting
    found = [(rank, name) for name in header if (rank := _near(_plain(name), usual)) < len(usual)]
    return [name for _, name in sorted(found, key=lambda pair: pair[0])]


def _plain(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name.lower())


def _near(name: str, usual: tuple[str, ...]) -> int:
    """Which of the usual names, of four letters or more, ends the name (`HepG2 delta PSI`, `hg19 variant position`); their
    number where none does."""
    return next((i for i, one in enumerate(usual) if len(one) >= 4 and name.endswith(one)), len(usual))


def _replicates(header: Seq[str]) -> tuple[str, ...]:
    """Columns of single replicates, where there are two or more of one kind."""
    kinds: dict[str, list[tuple[int, str]]] = {}
    for name in header:
        match = _REPLICATE.search(name)
        if match and not _NO_EFFECT.search(name):
            kind = _plain(name[: match.start()] + name[match.end() :])
            kinds.setdefault(kind, []).append((int(match[1]), name))
    several = [found for found in kinds.values() if len(found) > 1]
    return tuple(name for _, name in sorted(several[0])) if several else ()
