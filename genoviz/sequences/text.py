"""Reading sequences from whatever a biologist pastes or uploads: bare bases, FASTA, GenBank, EMBL."""

from __future__ import annotations

import re
import unicodedata

from genoviz.errors import BadSequence
from genoviz.sequences.bases import base_count, protein_letter
from genoviz.sequences.locus import DASHES, clip

_PRIMES = ("'", "\u2019", "\u2032")
READ_AS_T = "U was read as T"  # how the notice of a record that was RNA begins
_MAX_NAME = 200
# Zero-width characters come along when text is copied from web pages and PDFs.
INVISIBLE = dict.fromkeys(map(ord, "\u200b\u200c\u200d\u2060\ufeff"))
_MAGIC = (
    ("\x1f\x8b", "a gzip-compressed file (such as .fa.gz or .bam)"),
    ("PK\x03\x04", "a zip archive or an Office document"),
    ("%PDF", "a PDF document"),
    ("\x89PNG", "a PNG picture"),
    ("\x7fELF", "a program"),
)
_AS_TEXT = "Unpack or export it, and give the bases as plain text or FASTA."


def as_text(text: str | bytes) -> str:
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


def refuse_other_formats(plain: str) -> None:
    """Name the text formats that people paste by mistake; their first bad letter would explain nothing."""
    start = plain[:200]
    line = start.partition("\n")[0]
    if start.startswith("@") and "\n+" in plain:
        kind, fix = "FASTQ (reads with qualities)", "Convert it to FASTA, for example with `seqtk seq -a reads.fq`."
    elif start.startswith("##fileformat=VCF"):
        kind, fix = "a VCF file of variants", "Paste it where variants are asked for."
    elif re.match(r"<(!doctype|html|\?xml|svg)", start, re.IGNORECASE):
        kind, fix = "a web page or XML", "Copy the bases themselves, or download the FASTA."
    elif re.match(r"(chr[0-9XYM]{1,2}|NC_[0-9.]+)\s*[:\t ]\s*[0-9]", start, re.IGNORECASE):
        kind, fix = f"a place in a genome ({clip(line, 40)})", "Enter it where a locus is asked for."
    else:
        return
    raise BadSequence(read=f"This looks like {kind}.", accepted="Here bases or FASTA are read.", fix=fix)


def split_records(plain: str) -> list[tuple[str, str]]:
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


def clean_name(header: str) -> str:
    """A header line without control, formatting or unpaired surrogate characters, of at most 200 characters."""
    kept = (c if unicodedata.category(c)[0] != "C" else " " for c in header[: 5 * _MAX_NAME])
    return " ".join("".join(kept).split())[:_MAX_NAME]


def letters_of(body: str) -> tuple[str, tuple[str, ...]]:
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
        notices.append(f"{READ_AS_T} ({base_count(uracils)}).")
    return letters, tuple(notices)
