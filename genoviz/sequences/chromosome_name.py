"""The name of a chromosome, which remembers how it was written.

`1` and `chr1` are read as one name, `chr1`, so that texts of all sources can be compared. But a genome may have a record
`1` beside a record `chr1`, and then only the letters that were typed say which is meant. So the name that is read keeps
them, and a genome is asked for them first.
"""

from __future__ import annotations

import re

_HUMAN_LIKE = re.compile(r"(?:chr)?([1-9]|1[0-9]|2[0-2]|X|Y|M)", re.IGNORECASE | re.ASCII)


class ChromosomeName(str):
    """A name of a chromosome; in all but `written` the plain text that it is.

    Parameters
    ----------
    name
        The name as it is shown and compared.
    written
        The name as it stood in the text that was read.
    """

    __slots__ = ("written",)
    written: str

    def __new__(cls, name: str, written: str) -> ChromosomeName:
        """Make one; a `str` is made here and not in `__init__`."""
        made = super().__new__(cls, name)
        made.written = written
        return made

    def __reduce__(self) -> tuple[type[ChromosomeName], tuple[str, str]]:
        """How a copy is made, also in another process."""
        return ChromosomeName, (str(self), self.written)


def as_written(name: str) -> str:
    """The name as it stood in the text it was read from; of a plain text that text."""
    return name.written if isinstance(name, ChromosomeName) else name


def canonical_chromosome(name: str) -> str:
    """The UCSC spelling of a human-like chromosome name; any other name unchanged.

    `8`, `Chr8` and `chr8` become `chr8`; `MT` and `M` become `chrM`. Accessions (`NC_000008.11`), Roman numerals
    (`IV`, `chrIV`) and scaffolds stay as they are, because only the genome at hand can say what they are called.
    """
    match = _HUMAN_LIKE.fullmatch(name)
    canonical = "chrM" if name.upper() == "MT" else f"chr{match[1].upper()}" if match else name
    return name if canonical == name else ChromosomeName(canonical, as_written(name))
