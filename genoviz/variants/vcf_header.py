"""What the header of a VCF says about its assembly, and about each chromosome: compared with the genome that is read.

`##contig` may give a build (`assembly=b37`) and lengths, `##reference` a file or an accession. A length tells most: no
two builds of a chromosome have the same.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from genoviz.errors import BadInput, BadLocus
from genoviz.genomes.chromosome_names import ACCESSIONS, OtherSequence, chromosome_key
from genoviz.sequences.assemblies import (
    assembly_in,
    assembly_name,
    is_numbered,
    same_assembly,
    versions_of_one_name,
)
from genoviz.sequences.locus import clip
from genoviz.sequences.numbers import whole_number

if TYPE_CHECKING:
    from genoviz.genomes.genome import Reference

_CONTIG = re.compile(r'(?<![A-Za-z])(ID|length|assembly)=(?:"([^"]*)"|([^,<>"]+))')
_REFERENCE = re.compile(r"##(?:reference|assembly)=(.+)")
_NO_LENGTH = {0, 2**29, 2**31 - 1, 2**31}  # what programs write that know none


class VcfHeader:
    """The lines of a header, read one after the other.

    Parameters
    ----------
    assembly
        Build that is read; may be empty.
    reference
        The genome; without one only names are compared.

    Attributes
    ----------
    refused
        Chromosomes, as the header calls them, that have another length in the genome, and a sentence about it. Their
        positions mean other bases, those of the other chromosomes need not.
    """

    def __init__(self, assembly: str = "", reference: Reference | None = None) -> None:
        self.refused: dict[str, str] = {}
        self._assembly, self._reference = assembly, reference
        self._sizes: dict[str, int] = {}
        self._fitting = 0  # contigs that are as long as in the genome; mitochondria of several builds are equally long
        # Names of builds with the line that says so: by a length, by a name, and by the file that was read.
        self._by_length: dict[str, str] = {}
        self._by_contig: dict[str, str] = {}
        self._by_reference: dict[str, str] = {}
        self._checked = False

    def read(self, line: str) -> None:
        """Take note of a line that begins with `##`."""
        if line.startswith("##contig="):
            self._read_contig(line)
        elif (found := _REFERENCE.match(line)) is not None:
            said = found[1].strip("<>\"' ")
            file = re.split(r"[/\\]", said)[-1]
            build = assembly_in(file) or assembly_in(said)
            self._by_reference[build.name if build else file] = line

    def check(self) -> None:
        """Once all lines are read: refuse a file of another assembly.

        Raises
        ------
        BadInput
            If all that the header says of the build differs from what is read, or no chromosome of the genome is as long
            as the header says.
        """
        if self._checked:
            return
        self._checked = True
        said = {} if self._fitting else self._by_length or self._by_contig or self._by_reference
        differing = {name: line for name, line in said.items() if self._differs(name)}
        agreeing = any(self._differs(name) is False for name in said)
        if differing and not agreeing:
            name, line = next(iter(differing.items()))
            build = f"build {name}" if name.isdecimal() else assembly_name(name)
            raise BadInput(
                f"The header of the VCF says that it is on {build} ({clip(line, 100)}), but {clip(self._assembly, 30)} is "
                "read.",
                "Positions are of one assembly, and never carried to another.",
                f"Choose a genome of {build}, or convert the file to {clip(self._assembly, 30)} together with its header.",
            )
        if self.refused and not self._fitting:
            raise BadInput(
                f"The header of the VCF is of another genome: {next(iter(self.refused.values()))}",
                "Positions are of one assembly, and never carried to another.",
                "Choose the genome that the file was made with; a FASTA file with a piece of a chromosome says where the "
                "piece lies, for example `>chr20 chr20:1000001-2000000`.",
            )

    def _read_contig(self, line: str) -> None:
        found = {key: quoted or plain for key, quoted, plain in _CONTIG.findall(line)}
        name, length, build = found.get("ID", ""), whole_number(found.get("length", "")), found.get("assembly", "")
        key = chromosome_key(name)
        for accession in ACCESSIONS.values():
            if accession.assembly and accession.chromosome == key and accession.length == length:
                self._by_length[accession.assembly] = line
        if build:
            self._by_contig.setdefault(build, line)
        if self._reference is None or length is None or length in _NO_LENGTH:
            return
        try:
            here = self._reference.resolve(name)
        except OtherSequence:  # its lines say so one by one
            return
        except BadLocus:
            return
        self._sizes = self._sizes or self._reference.chromosomes
        size, whole = self._sizes[here], here in self._reference.whole
        if length == size:
            self._fitting += whole and key != "M"
        elif whole or length < size:
            self.refused[name] = (
                f"{clip(name, 40)} has {length:,} bases there, but {size:,} in {self._reference.title}"
                f"{f' ({self._assembly})' if self._assembly else ''}."
            )

    def _differs(self, name: str) -> bool | None:
        """Whether a name means another build than the one that is read; None where nobody can tell."""
        if not self._assembly:
            return None
        said, here = assembly_in(name), assembly_in(self._assembly)
        if said and here:
            return said != here
        if is_numbered(name) and here:
            return not same_assembly(name, here.name)
        if same_assembly(name, self._assembly):
            return False
        return True if versions_of_one_name(name, self._assembly) else None
