"""The panel *What stands out*: the verdict of all models above the workbench, and what the page opens by it."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import streamlit as st

from genoviz.models.words import rounded
from genoviz.sequences.assemblies import find_assembly
from genoviz.sequences.sequence import Sequence
from genoviz.sequences.text import READ_AS_T
from genoviz.ui.frame import inputs, opening
from genoviz.ui.frame.downloads import download
from genoviz.ui.frame.inputs import Choice
from genoviz.ui.frame.opening import Opened
from genoviz.ui.frame.outputs import escape, is_dark, palette, show_error
from genoviz.ui.frame.planned import standing
from genoviz.ui.frame.rows import Row, rows
from genoviz.ui.sequence.headers import located
from genoviz.ui.sequence.search import PICTURED, Search, again, best_track, search

if TYPE_CHECKING:
    from genoviz.verdict.standing import Standing
    from genoviz.verdict.verdict import Verdict

WAIT_AT_MOST = 3.0  # seconds that the page waits for the verdict before it opens what is known by then
ALL_HEIGHT = 420  # pixels, of the list of all rows
_SETTLED, _ALL = "opened_for", "all_rows"  # letters and model that the page opened; whether all rows are shown


def stands_out(choice: Choice) -> None:
    """Show what stands out in the sequence as it was given, and open the page on it where nothing else was chosen."""
    from genoviz.verdict.verdict import LONGEST

    given = choice.record.sequence if choice.record is not None else None
    if given is None:
        return
    place = st.container()
    if len(given) > LONGEST:
        place.caption(
            f"What stands out is looked for in up to {LONGEST:,} bases. Paste the part that you are interested in."
        )
        _settle(choice, given)
        return
    rna = choice.record is not None and any(notice.startswith(READ_AS_T) for notice in choice.record.notices)
    found = search(given, organism=_organism(choice), rna=rna, first=choice.card.name)
    free = not opening.by_hand("model") and not opening.by_hand("track") and choice.example is None
    if free and inputs.genome_read() is None and not _is_settled(choice, given):
        _wait(found, place)
        _open_leader(choice, given, found)
    else:
        _settle(choice, given)
    with place:
        if found.running:
            _filling(choice, given, found)
        else:
            _panel(choice, given, found)


def _organism(choice: Choice) -> str:
    """Whose genome the sequence is from, where its header or the place says it."""
    from genoviz.verdict.suits import organism_of

    read = located(choice).sequence
    assembly = find_assembly(read.locus.assembly) if read is not None and read.locus is not None else None
    return organism_of(assembly.organism) if assembly is not None else ""


def _is_settled(choice: Choice, given: Sequence) -> bool:
    return st.session_state.get(_SETTLED) == (given.bases, choice.card.name)


def _settle(choice: Choice, given: Sequence) -> None:
    """Once for each sequence and model: explain the track that stands out most in what the model reads."""
    if _is_settled(choice, given):
        return
    st.session_state[_SETTLED] = (given.bases, choice.card.name)
    if opening.by_hand("track") or choice.example is not None or choice.sequence is None:
        return
    track = best_track(choice.card, choice.sequence)
    if track is not None and track != choice.track:
        opening.open_next(Opened(choice.card.name, track, named=("model",) if opening.by_hand("model") else ()))
        st.rerun()


def _wait(found: Search, place: st.delta_generator.DeltaGenerator) -> None:
    """Show rows as they come, until all are known or it takes too long."""
    until, seen = time.monotonic() + WAIT_AT_MOST, -1
    slot = place.empty()
    while found.running and time.monotonic() < until:
        known = found.verdict
        if known is not None and known.complete:
            break
        if known is not None and len(known.standings) != seen:
            seen = len(known.standings)
            with slot.container(border=True):
                _heading(known)
                for row in known.standings[:PICTURED]:
                    st.caption(f"**{escape(row.track)}** · {escape(row.card.title)} · {_percent(row)}")
                st.progress(found.share, _doing(found))
        time.sleep(0.05)
    slot.empty()


def _open_leader(choice: Choice, given: Sequence, found: Search) -> None:
    """Open what the verdict puts first; the model stays where no model has answered."""
    row = found.verdict.front if found.verdict is not None else None
    if row is None:
        _settle(choice, given)
        return
    st.session_state[_SETTLED] = (given.bases, row.card.name)
    opened = _opened(row, given)
    if (row.card.name, row.track) != (choice.card.name, choice.track) or opened.first:
        opening.open_next(opened)
        st.rerun()


def _opened(row: Standing, given: Sequence, named: tuple[str, ...] = ()) -> Opened:
    """What opens a row: its model, its track, and its window of a longer sequence."""
    longer = len(given) > row.card.length
    return Opened(row.card.name, row.track, row.start + 1 if longer else 0, named)


@st.fragment(run_every=0.4)
def _filling(choice: Choice, given: Sequence, found: Search) -> None:
    _panel(choice, given, found)
    if not found.running:
        st.rerun()


def _panel(choice: Choice, given: Sequence, found: Search) -> None:
    known = found.verdict
    with st.container(border=True, gap="xsmall"):
        if known is None:
            st.markdown("**What stands out**")
        else:
            _heading(known)
        if found.job is not None and found.job.error is not None and found.stopped:
            _stopped(found)
        if known is not None and known.standings:
            leaders = known.shown(PICTURED)
            _rows(f"verdict rows {len(leaders)}", leaders, known, found, choice, given)
            _all(known, found, choice, given)
        if found.running:
            with st.container(horizontal=True, vertical_alignment="center"):
                st.progress(found.share, _doing(found))
                st.button("Stop", key="stop_verdict", on_click=found.stop)


def _doing(found: Search) -> str:
    """What is being done, or why it is waited for."""
    if found.ahead is not None:
        return f"Asking the models: {standing(found.ahead, found.share, None)}"
    return _DOING if found.verdict is None or not found.verdict.complete else "Looking for sites ..."


def _heading(known: Verdict) -> None:
    st.markdown(f"**What stands out.** {escape(known.sentence)}", help=_HELP)


def _stopped(found: Search) -> None:
    """Why the work ended early: by the user, or by an error of a model."""
    from genoviz.errors import Cancelled, GenovizError

    error = found.job.error if found.job is not None else None
    if isinstance(error, GenovizError) and not isinstance(error, Cancelled):
        show_error(error)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption("Not all models were asked.")
        st.button("Ask them all", key="again_verdict", on_click=again, args=(found.question,))


def _rows(
    key: str, shown: tuple[Standing, ...], known: Verdict, found: Search, choice: Choice, given: Sequence
) -> None:
    """Rows of the verdict; a click opens one."""

    def pick(number: int) -> None:
        row = shown[number]
        # In a genome another model reads another window, in which the choice is to stay.
        named = ("model", "track") if inputs.genome_read() is not None else ()
        st.session_state[_SETTLED] = (given.bases, row.card.name)
        opening.open_next(_opened(row, given, named))

    lines = [_line(row, known, found, choice, given) for row in shown]
    if rows(key, lines, label="Outputs that stand out", on_pick=pick):
        st.rerun()


def _line(row: Standing, known: Verdict, found: Search, choice: Choice, given: Sequence) -> Row:
    from genoviz.verdict.verdict import held_out

    site = found.sites.get(row)
    also = [other.card.title for other in known.also(row)] if known.stands_out(row) else []
    facts = [f"{rounded(row.value, row.unit)} {row.unit}", held_out(row)]
    if len(given) > row.card.length:
        facts.append(f"bases {row.start + 1:,}-{row.start + row.card.length:,}")
    elif row.padding:
        facts.append(f"{row.given} of {row.card.length} bases, the rest N")
    return Row(
        row.track,
        share=row.percentile,
        value=_percent(row),
        note=" · ".join(filter(None, [row.card.title, row.card.organism])),
        facts=tuple(filter(None, facts)),
        picture=_logo(row, found),
        alt=f"Strongest block, bases {site.start + 1}-{site.end}: {site.bases}" if site else "",
        caption=(site.family or f"{site.bases} at {site.start + 1:,}") if site else "",
        chosen=(choice.card.name, choice.track) == (row.card.name, row.track),
        strong=True,
        title=f"Open {row.track} of {row.card.name}." + (f" Also by {', '.join(also)}." if also else ""),
    )


def _percent(row: Standing) -> str:
    from genoviz.verdict.verdict import percent

    return f"> {percent(row.percentile)}" if row.percentile >= 99 else percent(row.percentile)


def _logo(row: Standing, found: Search) -> str:
    """The letters of the strongest block as a picture's address; empty while there are none."""
    import re

    from genoviz.plots.palette import colours
    from genoviz.plots.small_logo import small_logo

    site = found.sites.get(row)
    if site is None:
        return ""
    picture = re.search('src="([^"]*)"', small_logo(site.letters, colours(palette(), is_dark())))
    return picture[1] if picture else ""


def _all(known: Verdict, found: Search, choice: Choice, given: Sequence) -> None:
    """All rows on request, with their file and the models that were left out."""
    from genoviz.files.tsv import tsv
    from genoviz.verdict.tables import verdict_provenance, verdict_table

    if not st.toggle(f"All {len(known.standings)} outputs", key=_ALL):
        return
    with st.container(height=ALL_HEIGHT, border=False):
        _rows("verdict rows all", known.standings, known, found, choice, given)
    download(
        "What stands out (TSV)",
        lambda: tsv(verdict_table(known, found.sites), verdict_provenance(known)),
        "genoviz_verdict.tsv",
        "text/tab-separated-values",
    )
    if known.left_out:
        lines = "\n".join(f"- {escape(card.title)}: {escape(reason)}" for card, reason in known.left_out)
        st.markdown(f"Not asked:\n{lines}")


_DOING = "Asking the models ..."
_HELP = (
    "Every output of every model that suits the sequence, the most unusual first. The percentage says how many shuffled "
    "sequences have a lower number: of the model's own comparison set, and of shuffles of this sequence. With so many "
    "outputs one of them is high by chance: a row stands out where that would happen in less than one of ten shuffled "
    "sequences. A click opens the row below."
)
