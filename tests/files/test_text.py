"""Text of other people's files: decoded, cut into lines, bounded."""

from __future__ import annotations

import gzip
import io
import tracemalloc

import pytest

from genoviz.errors import BadInput
from genoviz.files.text import MOST_COMMENT_LINES, MOST_LINE, bounded_lines, decoded, lines_of, unpacked


def test_decoded() -> None:
    text = "chr1\t1\tpéak"
    assert decoded(text.encode()) == decoded(b"\xef\xbb\xbf" + text.encode()) == text
    assert decoded(text.encode("utf-16")) == text
    assert decoded(b"chr\xff1") == "chr\ufffd1"


def test_lines_end_at_line_ends_only() -> None:
    assert lines_of("\ufeffa\r\nb\rc\nd\u2028e\x85f\x0cg\x1ch") == ["a", "b", "c", "d\u2028e\x85f\x0cg\x1ch"]
    assert lines_of("a\n\nb\n") == ["a", "", "b"]
    assert lines_of("") == []


def packed(*parts: bytes) -> io.BytesIO:
    """Bytes compressed with gzip, a member a part, as bgzip does."""
    return io.BytesIO(b"".join(gzip.compress(part) for part in parts))


def lines(stream: io.BytesIO) -> list[bytes]:
    return list(bounded_lines(unpacked(stream), b"#"))


def test_plain_and_packed_lines_are_the_same() -> None:
    text = b"#head\r\nchr1\t1\nlast"
    assert (
        lines(io.BytesIO(text))
        == lines(packed(text[:9], text[9:]))
        == [
            b"#head\r\n",
            b"chr1\t1\n",
            b"last",
        ]
    )


def test_a_long_line_of_a_small_file_stops_early() -> None:
    """A line of 200 MB in 200 kB: what is held in memory is one line of the largest size, not the whole."""
    bomb = packed(b"##fileformat=VCFv4.2\n", *[b"A" * 10_000_000] * 20)
    tracemalloc.start()
    with pytest.raises(BadInput, match=f"Line 2 of the file has more than {MOST_LINE:,} characters"):
        lines(bomb)
    assert tracemalloc.get_traced_memory()[1] < 5 * MOST_LINE
    tracemalloc.stop()


def test_a_header_without_end_stops_early() -> None:
    bomb = packed(*[b"##x=1\n" * 100_000] * 11)
    with pytest.raises(BadInput, match=f"Up to {MOST_COMMENT_LINES:,} lines"):
        lines(bomb)


def test_real_files_fit() -> None:
    line = b"chr1\t1\t.\t" + b"A" * 1_000_000 + b"\tC\t.\t.\t.\tGT" + b"\t0/1" * 100_000 + b"\n"
    header = b"".join(b"##contig=<ID=scaffold_%d,length=1000>\n" % i for i in range(200_000))
    assert len(lines(io.BytesIO(header + line))) == 200_001
    # Comments between rows are counted anew after each row.
    assert len(lines(io.BytesIO((b"###\n" * 600_000 + b"row\n") * 2))) == 1_200_002
