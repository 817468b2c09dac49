"""Blocks of scores as spans of the viewer."""

from __future__ import annotations

from typing import Any

from genoviz.motifs.families import families_of, family_label
from genoviz.motifs.match import SIGNIFICANT, Block

UNNAMED = "#8a93a0"  # colour of blocks without a name


def block_spans(blocks: tuple[Block, ...], length: int, *, weak: bool = False) -> list[dict[str, Any]]:
    """Blocks as spans for the viewer: family and factor, the motif's strand, and in the note q-value, place and rivals."""
    items: list[dict[str, Any]] = []
    for block in blocks:
        seqlet, match = block.seqlet, block.match(weak=weak)
        if seqlet.end > length:
            continue
        effect = "raises" if seqlet.sign > 0 else "lowers"
        item = {"start": seqlet.start, "end": seqlet.end, "color": UNNAMED}
        note = f"{effect} the output by {abs(seqlet.total):.3g}, "
        if match is None:
            note += f"no motif with q at most {SIGNIFICANT:g}" if block.matches else "not compared with motifs"
        else:
            good = [m.motif.name for m in block.matches[1:] if m.q_value <= SIGNIFICANT]
            others = [name for name in dict.fromkeys(good) if name != match.motif.name]
            note += f"{'; '.join(families_of(match.motif))}, motif at {match.start + 1}-{match.end}, q = {match.q_value:.2g}"
            note += f"; also like {', '.join(others)}" if others else ""
            weakly = match.q_value > SIGNIFICANT
            item |= {"label": family_label(match.motif) + ("?" if weakly else ""), "strand": match.strand}
            if not weakly:
                del item["color"]
        items.append(item | {"note": note})
    return items
