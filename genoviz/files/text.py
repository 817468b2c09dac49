"""Text of other people's files: decoded, cut into lines, and never more of it in memory than a line may have.

A small compressed file can unpack to gigabytes: `bounded_lines` stops with a reason where a line or a header is longer than
that of any real file.
"""

from __future__ import annotations

import gzip
import re
from collections.abc import Callable, Iterator
from typing import IO, AnyStr, BinaryIO, cast

from genoviz.errors import BadInput

MOST_LINE = 16_000_000  # bytes: a VCF with 100,000 samples or an allele of some million bases still fits
MOST_COMMENTS = 50_000_000  # bytes of header or comments in a row; a header of 100,000 contigs has some 8 million
MOST_COMMENT_LINES = 1_000_000
GZIP = b"\x1f\x8b"
_ENDS = re.compile(r"\r\n|\n|\r")


def decoded(content: bytes) -> str:
    """Text in UTF-8, or in UTF-16 if it begins with the mark of that; the mark is dropped.

    Bytes that are no text become replacement characters: the reader says what it does not understand.
    """
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16", "replace")
    return content.decode("utf-8", "replace").removeprefix("\ufeff")


def lines_of(text: str) -> list[str]:
    """Lines without their ends, which may be those of Unix, Windows or old Macs.

    `str.splitlines` also cuts at form feeds, U+0085 and U+2028, which occur inside of names.
    """
    lines = _ENDS.split(text.removeprefix("\ufeff"))
    return lines[:-1] if lines[-1] == "" else lines


def unpacked(stream: BinaryIO) -> BinaryIO | gzip.GzipFile:
    """The content of an open file that may be compressed with gzip or bgzip, from where it stands."""
    begin = stream.tell()
    packed = stream.read(2) == GZIP
    stream.seek(begin)
    return gzip.GzipFile(fileobj=stream) if packed else stream


def bounded_lines(source: IO[AnyStr] | gzip.GzipFile, comment: AnyStr) -> Iterator[AnyStr]:
    """Lines of an open file, with their ends.

    Parameters
    ----------
    source
        Bytes or text, unpacked.
    comment
        How lines begin that hold no data.

    Raises
    ------
    BadInput
        If a line, or header or comments in a row, are longer than the limits above.
    OSError, EOFError, zlib.error
        If the file can't be read, or is damaged.
    """
    readline = cast(Callable[[int], AnyStr], source.readline)
    number = comment_lines = comment_bytes = 0
    while line := readline(MOST_LINE + 1):
        number += 1
        if len(line) > MOST_LINE:
            raise BadInput(
                f"Line {number:,} of the file has more than {MOST_LINE:,} characters.",
                "A line of a text file has up to so many.",
                "Check that the file is what its name says, or leave that line out.",
            )
        if line.startswith(comment) or not line.strip():
            comment_lines, comment_bytes = comment_lines + 1, comment_bytes + len(line)
        else:
            comment_lines = comment_bytes = 0
        if comment_bytes > MOST_COMMENTS or comment_lines > MOST_COMMENT_LINES:
            raise BadInput(
                f"Up to line {number:,} there are {comment_lines:,} lines of header or comments in a row.",
                f"Up to {MOST_COMMENT_LINES:,} lines with {MOST_COMMENTS:,} characters are read.",
                "Check that the file is what its name says.",
            )
        yield line
