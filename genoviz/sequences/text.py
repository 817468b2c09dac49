"""Reading sequences from whatever a biologist pastes or uploads: bare bases, FASTA, GenBank, EMBL."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from dataclasses import dataclass

from genoviz.errors import BadSequence, GenovizError
from genoviz.sequences.locus import DASHES, clip
from genoviz.sequences.sequence import ACCEPTED, BASES, Sequence, base_count, looks_like_protein, protein_letter

_PRIMES = ("'", "\u2019", "\u2032")
_MAX_NAME = 200
# Zero-width characters come along when text is copied from web pages and PDFs.
_INVISIBLE = dict.fromkeys(map(ord, "\u200b\u200c\u200d\u2060\ufeff"))
_MAGIC = (
    ("\x1f\x8b", "a gzip-compressed file (such as .fa.gz or .bam)"),
    ("PK\x03\x04", "a zip archive or an Office document"),
    ("%PDF", "a PDF document"),
    ("\x89PNG", "a PNG picture"),
    ("\x7fELF", "a program"),
)
_AS_TEXT = "Unpack or export it, and give the bases as plain text or FASTA."


@dataclass(frozen=True)
class Record:
    """One sequence of a pasted text: either `sequence` or `error` is set.

    Parameters
    ----------
    name
        The header line, cleaned; empty for bare bases. Still to be escaped where it is shown as HTML.
    sequence
        What was read, or None.
    notices
        Sentences to show: everything that was changed on the way in.
    error
        Why the record could not be read, or None.
    """

    name: str
    sequence: Sequence | None
    notices: tuple[str, ...]
    error: GenovizError | None


def read_sequences(text: str | bytes, *, max_records: int = 200, max_bases: int = 1_000_000) -> list[Record]:
    """Read everything a biologist may paste or upload.

    Raw bases, FASTA, GenBank and EMBL (whole files or only the numbered lines); lower case, spaces, tabs and any
    line ends are fine. U becomes T and IUPAC codes stay, both with a notice. A record that cannot be read carries
    its own error and never stops the others.

    Parameters
    ----------
    text
        Text, or the bytes of an uploaded file (UTF-8, or UTF-16 with a byte order mark).
    max_records, max_bases
        Caps on the number of records and on all their letters together.

    Returns
    -------
    list of Record
        At least one.

    Raises
    ------
    BadSequence
        If the text as a whole cannot be used: empty, only headers, binary, or over a cap.
    """
    plain = _as_text(text)
    if not plain.isascii():
        plain = plain.translate(_INVISIBLE)
    if "\r" in plain:
        plain = plain.replace("\r\n", "\n").replace("\r", "\n")
    plain = plain.strip()
    _refuse_other_formats(plain)
    parts = _split(plain)
    if len(parts) > max_records:
        raise BadSequence(
            read=f"The text holds {len(parts):,} sequences.",
            accepted=f"At most {max_records:,} are read here.",
            fix="Paste fewer, or use the command line for whole files.",
        )
    cleaned = [(_clean_name(name), *_letters(body)) for name, body in parts]
    total = sum(len(letters) for _, letters, _ in cleaned)
    if total == 0:
        found = "The text holds a name or numbers, but no bases." if plain else "The text is empty."
        raise BadSequence(read=found, accepted=ACCEPTED, fix="Paste the bases, or FASTA with bases below the header.")
    if total > max_bases:
        raise BadSequence(
            read=f"The text holds {base_count(total)}.",
            accepted=f"At most {base_count(max_bases)} are read here.",
            fix="Paste the part around the site you are interested in, or use the command line for whole files.",
        )
    occurs = Counter(name for name, _, _ in cleaned if name)
    return [_record(name, letters, notices, occurs[name]) for name, letters, notices in cleaned]


def _as_text(text: str | bytes) -> str:
    """Decode an upload, refusing what is no text."""
    if isinstance(text, str):
        decoded = text
    elif text.startswith((b"\xff\xfe", b"\xfe\xff")):
        try:
            decoded = text.decode("utf-16")
        except UnicodeDecodeError:
            raise _not_text("a binary file") from None
    else:
        # Latin-1 maps bytes one to one, so the known beginnings can be compared as text.
        _refuse_magic(text[:8].decode("latin-1"))
        try:
            decoded = text.decode("utf-8")
        except UnicodeDecodeError:
            kind = "a binary file" if b"\0" in text[:4096] else "a binary file, or text that is not UTF-8"
            raise _not_text(kind) from None
    _refuse_magic(decoded[:8])
    if "\0" in decoded:
        raise _not_text("a binary file")
    return decoded


def _refuse_magic(start: str) -> None:
    for magic, kind in _MAGIC:
        if start.startswith(magic):
            raise _not_text(kind)


def _not_text(kind: str) -> BadSequence:
    return BadSequence(read=f"This looks like {kind}.", accepted="Sequences are read from plain text.", fix=_AS_TEXT)


def _refuse_other_formats(plain: str) -> None:
    """Name the text formats that people paste by mistake; their first bad letter would explain nothing."""
    start = plain[:200]
    if start.startswith("@") and "\n+" in plain:
        kind, fix = "FASTQ (reads with qualities)", "Convert it to FASTA, for example with `seqtk seq -a reads.fq`."
    elif start.startswith("##fileformat=VCF"):
        kind, fix = "a VCF file of variants", "Paste it where variants are asked for."
    elif re.match(r"<(!doctype|html|\?xml|svg)", start, re.IGNORECASE):
        kind, fix = "a web page or XML", "Copy the bases themselves, or download the FASTA."
    elif re.match(r"(chr[0-9XYM]{1,2}|NC_[0-9.]+)\s*[:\t ]\s*[0-9]", start, re.IGNORECASE):
        kind, fix = f"a place in a genome ({clip(start.splitlines()[0], 40)})", "Enter it where a locus is asked for."
    else:
        return
    raise BadSequence(read=f"This looks like {kind}.", accepted="Here bases or FASTA are read.", fix=fix)


def _split(plain: str) -> list[tuple[str, str]]:
    """(name, body) of every record."""
    if re.match(r"LOCUS\s", plain):
        return [_flat_file(entry, "LOCUS", "ORIGIN") for entry in _entries(plain)]
    if re.match(r"ID\s", plain) and "\nSQ" in plain:
        return [_flat_file(entry, "ID", "SQ") for entry in _entries(plain)]
    if not re.search(r"^[ \t]*>", plain, re.MULTILINE):
        # Part of a GenBank entry, copied with its ORIGIN line or with the slashes that end it.
        part = re.sub(r"\A[ \t]*ORIGIN\b.*$", "", plain, count=1, flags=re.MULTILINE)
        return [("", re.sub(r"^//\s*\Z", "", part, flags=re.MULTILINE))]
    before, *chunks = re.split(r"^[ \t]*>", plain, flags=re.MULTILINE)
    parts = [("", before)] if before.strip() else []
    for chunk in chunks:
        header, _, body = chunk.partition("\n")
        parts.append((header, body))
    return parts


def _entries(plain: str) -> list[str]:
    """The entries of a GenBank or EMBL flat file, which end with a line of two slashes."""
    return [entry.strip() for entry in re.split(r"^//.*$", plain, flags=re.MULTILINE) if entry.strip()]


def _flat_file(entry: str, name_key: str, sequence_key: str) -> tuple[str, str]:
    named = re.match(rf"{name_key}\s+([^\s;]+)", entry)
    begins = re.search(rf"^{sequence_key}\b.*$", entry, re.MULTILINE)
    return (named[1] if named else "", entry[begins.end() :] if begins else "")


def _clean_name(header: str) -> str:
    """A header line without control, formatting or unpaired surrogate characters, of at most 200 characters."""
    kept = (c if unicodedata.category(c)[0] != "C" else " " for c in header[: 5 * _MAX_NAME])
    return " ".join("".join(kept).split())[:_MAX_NAME]


def _letters(body: str) -> tuple[str, tuple[str, ...]]:
    """Upper-case letters of a record without spaces and line numbers, U as T, and what was done."""
    notices = []
    if re.search("[0-9]", body):
        body, numbers = re.subn(r"(?<!\S)[0-9]+(?!\S)", "", body)
        if numbers:
            notices.append(f"Line numbers were left out ({numbers:,}).")
    letters = "".join(body.split())
    if letters[:1] == "5" and letters[1:2] in _PRIMES and letters[-2:-1] == "3" and letters[-1:] in _PRIMES:
        letters = letters[2:-2].strip("-" + DASHES)
        notices.append("The marks 5' and 3' were left out.")
    if letters.isascii():
        letters = letters.upper()
    uracils = letters.count("U")
    if uracils and not protein_letter(letters):
        letters = letters.replace("U", "T")
        notices.append(f"U was read as T ({base_count(uracils)}).")
    return letters, tuple(notices)


def _record(name: str, letters: str, notices: tuple[str, ...], occurs: int) -> Record:
    if occurs > 1:
        notices += (f"The name {clip(name, 40)} occurs {occurs:,} times.",)
    try:
        if not letters:
            raise BadSequence(read="This record holds no bases.", accepted=ACCEPTED, fix="Paste them below its header.")
        if _all_legal_protein(name, letters):
            raise looks_like_protein("every letter is an amino acid, and few are A, C, G or T")
        sequence = Sequence(letters, name)
    except BadSequence as error:
        return Record(name, None, notices, error)
    ambiguous = {letter: n for letter, n in sequence.counts().items() if letter not in BASES}
    if ambiguous:
        listed = ", ".join(f"{letter} {n:,}" for letter, n in ambiguous.items())
        total = sum(ambiguous.values())
        notices += (
            f"{total:,} ambiguous {'base' if total == 1 else 'bases'} ({listed}): N is given to a model as its card "
            "says, any other code as the average of the bases it allows.",
        )
    return Record(name, sequence, notices, None)


def _all_legal_protein(name: str, letters: str) -> bool:
    """Whether letters that are all IUPAC bases are still a protein: mostly D H K M R S V W Y, of many kinds."""
    if sum(map(letters.count, "ACGTN")) >= 0.5 * len(letters):
        return False
    said = re.match(r"(sp|tr)\||[NXYW]P_[0-9]|.*\b(protein|peptide)\b", name, re.IGNORECASE)
    kinds = len(set(letters) & set("DHKMRSVWY"))
    return bool(said) or (len(letters) >= 20 and kinds >= 6 and "B" not in letters)
