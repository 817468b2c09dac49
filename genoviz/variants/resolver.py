"""Looking up rsIDs and names on transcripts or proteins at Ensembl: optional, and off unless asked for.

Only the name itself is sent. The answer is believed when every variant in it is on the assembly asked for and fits the
genome at hand; where a name stands for several variants all are listed, and none is picked.

Source: Ensembl REST, variant recoder (Hunt et al. 2022, https://doi.org/10.1002/humu.24298).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol
from urllib.parse import quote

from genoviz.errors import BadVariant, GenovizError, RefMismatch
from genoviz.sequences.assemblies import same_assembly
from genoviz.sequences.locus import clip
from genoviz.variants import hgvs
from genoviz.variants.spelling import PASTE, needs_look_up, plain_text
from genoviz.variants.variant import Variant

if TYPE_CHECKING:
    from genoviz.genomes.genome import Reference

SERVERS = {"GRCh38": "https://rest.ensembl.org", "GRCh37": "https://grch37.rest.ensembl.org"}
_MOST_CHARACTERS = 200
_MOST_CHOICES = 100
_UNKNOWN_NAME = (400, 404)


class JsonClient(Protocol):
    """What is used of `genoviz.files.web.Client`."""

    def get_json(
        self,
        url: str,
        params: Mapping[str, str | int] | None = None,
        *,
        accept: Callable[[Any], Any] | None = None,
    ) -> Any:
        """The answer as JSON; `accept` raises ValueError for one that is no use."""


class NameResolver(Protocol):
    """What turns a name into a variant: `Resolver` online, `genoviz.isoforms.reading.LocalResolver` by gene models."""

    def resolve_one(self, text: str, reference: Reference) -> Variant:
        """The only variant that a name stands for; a `GenovizError` if there is none, or several."""

    def notice(self, text: str, variant: Variant) -> str:
        """The sentence that says where the variant comes from."""


class SeveralVariants(BadVariant):
    """A name that stands for more than one variant.

    Parameters
    ----------
    read, accepted, fix
        The message.
    choices
        The variants, left-aligned on the genome.
    """

    def __init__(self, read: str, accepted: str = "", fix: str = "", *, choices: tuple[Variant, ...] = ()) -> None:
        super().__init__(read, accepted, fix)
        self.choices = choices


def _web_client() -> JsonClient:
    from genoviz.files.web import Client

    return Client()


@dataclass(frozen=True)
class Resolver:
    """Asks Ensembl's variant recoder which genomic variants a name stands for.

    Parameters
    ----------
    client
        How to ask; `genoviz.files.web.Client` with its time-outs and retries when left out.
    servers
        Address of the service by assembly.
    """

    client: JsonClient = field(default_factory=_web_client)
    servers: Mapping[str, str] = field(default_factory=lambda: SERVERS)

    def resolve(self, text: str, reference: Reference) -> tuple[Variant, ...]:
        """All variants that a name stands for.

        Parameters
        ----------
        text
            An rsID (`rs334`) or an HGVS name on a transcript or protein (`NM_000059.4:c.68-7T>A`, `BRAF:p.Val600Glu`).
        reference
            Its assembly says which server is asked, and its bases are compared with the answer.

        Returns
        -------
        tuple of Variant
            Left-aligned, one per alternate allele, ordered by place; at least one.

        Raises
        ------
        BadVariant
            If the text is no such name, Ensembl does not know it, or the assembly of `reference` is not served.
        RefMismatch
            If the answer does not fit the genome at hand.
        NoAnswer
            If there is no answer or it makes no sense; the message says what to paste instead.
        """
        plain = plain_text(text)
        if not needs_look_up(plain) or len(plain) > _MOST_CHARACTERS:
            raise BadVariant(
                f"{clip(text)} is not a name to look up.",
                "rsIDs and HGVS names with `c.`, `n.` or `p.` are looked up.",
                "Type for example `rs334` or `NM_000059.4:c.68-7T>A`.",
            )
        server = self._server(plain, reference)
        # Ensembl wants `BRAF:p.V600E`; people type `BRAF p.V600E` too.
        name = ":".join(plain.split())
        url = f"{server}/variant_recoder/human/{quote(name, safe=':')}"
        answer = self._ask(url, plain)
        names = sorted({name for group in _groups(answer) for name in _genomic(group)})
        found = sorted({self._variant(name, plain, reference) for name in names}, key=lambda v: (v.chrom, v.pos, v.alt))
        return tuple(found)

    def resolve_one(self, text: str, reference: Reference) -> Variant:
        """The only variant that a name stands for; errors as those of `resolve`, and `SeveralVariants`."""
        found = self.resolve(text, reference)
        if len(found) > 1:
            listed = ", ".join(f"`{str(v)[:60]}`" for v in found[:10])
            more = f" and {len(found) - 10:,} more" if len(found) > 10 else ""
            raise SeveralVariants(
                f"{clip(text)} stands for {len(found):,} variants: {listed}{more}.",
                "One variant is read at a time, and none is picked for you.",
                "Choose one of them.",
                choices=found,
            )
        return found[0]

    def notice(self, text: str, variant: Variant) -> str:
        """The sentence that says where the variant comes from."""
        return f"{clip(text)} is {clip(str(variant))} on {variant.assembly}, looked up at Ensembl."

    def _server(self, text: str, reference: Reference) -> str:
        for assembly, server in self.servers.items():
            if reference.assembly and same_assembly(assembly, reference.assembly):
                return server
        raise BadVariant(
            f"{clip(text)} cannot be looked up on {clip(reference.assembly or 'an unnamed assembly', 30)}.",
            f"Ensembl is asked for {' and '.join(self.servers)}.",
            f"Choose a genome of one of these, or {PASTE}.",
        )

    def _ask(self, url: str, text: str) -> Any:
        from genoviz.files.web import NoAnswer

        try:
            return self.client.get_json(url, {"content-type": "application/json"}, accept=_check)
        except NoAnswer as error:
            if error.status in _UNKNOWN_NAME:
                raise BadVariant(
                    f"Ensembl does not know {clip(text)}.",
                    "The name must be in Ensembl's release, with its transcript and version.",
                    f"Check the spelling, or {PASTE}.",
                ) from error
            failure = NoAnswer(error.read, error.accepted, f"Try again later, or {PASTE}.")
            failure.status = error.status
            raise failure from error

    def _variant(self, name: str, text: str, reference: Reference) -> Variant:
        try:
            return hgvs.read(name, reference)
        except RefMismatch as error:
            raise RefMismatch(
                f"Ensembl places {clip(text)} at {clip(name)}, which does not fit {reference.title}: {error.read}",
                "The answer must fit the genome at hand.",
                f"Check that {reference.title} is {clip(reference.assembly, 30)}, or {PASTE}.",
            ) from error
        except GenovizError as error:
            raise BadVariant(
                f"Ensembl places {clip(text)} at {clip(name)}, which cannot be used: {error.read}",
                error.accepted,
                f"Look it up by hand and {PASTE}.",
            ) from error


def _check(answer: Any) -> None:
    """Raise ValueError for an answer of another form than the variant recoder's, or one without a genomic name."""
    groups = _groups(answer)
    found = [_genomic(group) for group in groups]
    if not any(found):
        raise ValueError("it has no variant on a chromosome")
    if sum(map(len, found)) > _MOST_CHOICES:
        raise ValueError("it has too many variants")


def _groups(answer: Any) -> list[Mapping[str, Any]]:
    """The parts of an answer, one per alternate allele."""
    if not isinstance(answer, list) or not answer or not all(isinstance(part, dict) for part in answer):
        raise ValueError("it is no list of variants")
    # Beside the alleles there may be lists of warnings.
    groups = [group for part in answer for group in part.values() if not isinstance(group, list)]
    if not groups or not all(isinstance(group, dict) for group in groups):
        raise ValueError("it has no alleles")
    return groups


def _genomic(group: Mapping[str, Any]) -> list[str]:
    """The genomic HGVS names of one allele on chromosomes (`NC_`); patches and alternate loci are left out."""
    names = group.get("hgvsg", [])
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        raise ValueError("its genomic names are no list of texts")
    kept = [name for name in names if name.upper().startswith("NC_")]
    for name in kept:
        if len(name) > 20_000 or not hgvs.is_genomic_name(name):
            raise ValueError(f"{clip(name, 40)} is no genomic name")
    return kept
