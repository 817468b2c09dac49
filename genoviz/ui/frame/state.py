"""Choices shared by all pages, and the link that restores them.

The link's parameters are a stable interface, see docs/links.md. Values that can't be used fall back, with a notice. A
session file holds the same as JSON, with sequences of any length.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass

from genoviz.errors import GenovizError
from genoviz.lessons.examples import get_example
from genoviz.models.card import ModelCard
from genoviz.models.catalogue import get_card, list_models
from genoviz.plots.palette import PALETTES
from genoviz.question.saved import SESSION_KEY, session_parameters
from genoviz.report.app_link import MAX_LINK_BASES, VERSION
from genoviz.sequences.numbers import whole_number

MAX_PLACE = 300  # letters of a place or the name of a genome
# Parameters that hold the user's input, or places in it; `address.py` keeps them out of the address where that is wanted.
PRIVATE = (
    "seq",
    "place",
    "variant",
    "genome",
    "strand",
    "edits",
    "reference",
    "first",
    "mutate",
    "window",
    "name",
    "pin",
    "locked",
    "forbidden",
    "site",
    "site_b",
    "blocks",
    "pairs",
    "scored",
    "element",
    "depends",
    "written",
)
SCALES = ("logit", "value")
LETTERS = {
    "actual": "Actual scores",
    "hypothetical": "Hypothetical: all four bases",
    "centred": "Hypothetical, centred",
}


@dataclass(frozen=True)
class View:
    """What a link holds.

    `first` is the first base the model reads (from 1) where it was chosen; `mutate` the mutated positions; `indels` is
    `1` when deletions and insertions are shown; `letters` what the letters show; `reference` the user's own baseline.
    A `place` in a `genome`, read from `strand` (empty: as annotated), stands instead of a sequence. On the page Variants
    a `variant` of the genome stands instead of all that concerns a sequence. `name` is the name of a pasted sequence, `pin`
    the edits of the pinned state (`original` for none), `palette` the colours of the letters.
    """

    model: str
    track: str
    scale: str = "logit"
    method: str = "deepliftshap"
    baseline: str = ""
    sequence: str = ""
    example: str = ""
    edits: str = ""
    first: str = ""
    mutate: str = ""
    indels: str = ""
    letters: str = "actual"
    reference: str = ""
    genome: str = ""
    place: str = ""
    strand: str = ""
    variant: str = ""
    name: str = ""
    pin: str = ""
    palette: str = "classic"


def default_view() -> View:
    """The first model, its first track, no sequence."""
    card = list_models()[0]
    return View(card.name, card.outputs[0].tracks[0])


def read_link(parameters: Mapping[str, str]) -> tuple[View, list[str]]:
    """A view from query parameters, and sentences about what could not be used."""
    view, notices = default_view(), []
    example = get_example(parameters.get("example", ""))
    if "example" in parameters and example is None:
        notices.append(f"The link names the example `{parameters['example'][:50]}`, which does not exist.")
    card, track = get_card(view.model), view.track
    if example is not None:
        card, track = get_card(example.model), example.track
    if "model" in parameters:
        try:
            card = get_card(parameters["model"][:100])
            track = track if track in card.outputs[0].tracks else card.outputs[0].tracks[0]
        except GenovizError as error:
            notices.append(f"From the link: {error} Shown instead: `{card.name}`.")
    wanted = parameters.get("track", track)
    if wanted not in all_tracks(card):
        notices.append(
            f"The link names the track `{wanted[:50]}`, which `{card.name}` does not have. Shown instead: `{track}`."
        )
        wanted = track
    if parameters.get("v", VERSION) != VERSION:
        notices.append(
            f"The link has version {parameters['v'][:10]}; this app reads version {VERSION}. Please check the choices."
        )
    variant = _whole("variant", parameters, MAX_LINK_BASES, notices)
    place = _whole("place", parameters, MAX_PLACE, notices) if example is None and not parameters.get("seq") else ""
    return (
        View(
            card.name,
            wanted,
            one_of("scale", parameters.get("scale", view.scale), SCALES, view.scale, notices),
            parameters.get("method", view.method),
            parameters.get("baseline", ""),
            parameters.get("seq", "") if example is None else "",
            example.key if example else "",
            parameters.get("edits", "") if example or place or parameters.get("seq") else "",
            _number("first", parameters, notices),
            parameters.get("mutate", ""),
            "1" if parameters.get("indels") == "1" else "",
            one_of("letters", parameters.get("letters", view.letters), LETTERS, view.letters, notices),
            parameters.get("reference", ""),
            parameters.get("genome", "")[:MAX_PLACE],
            place,
            one_of("strand", parameters.get("strand", ""), ("", "+", "-"), "", notices) if place or variant else "",
            variant,
            parameters.get("name", "")[:MAX_PLACE] if parameters.get("seq") and example is None else "",
            parameters.get("pin", "") if example or place or parameters.get("seq") else "",
            one_of("palette", parameters.get("palette", view.palette), PALETTES, view.palette, notices),
        ),
        notices,
    )


def _whole(kind: str, parameters: Mapping[str, str], longest: int, notices: list[str]) -> str:
    """A place or variant of a link. One that is too long is left out: its beginning would be another one."""
    value = parameters.get(kind, "")
    if len(value) > longest:
        notices.append(f"The {kind} in the link has {len(value):,} letters; up to {longest:,} are read from a link.")
        return ""
    return value


def _number(kind: str, parameters: Mapping[str, str], notices: list[str]) -> str:
    """A number of a link; left out where it is none."""
    value = parameters.get(kind, "")
    if value and whole_number(value) is None:
        notices.append(f"The link names the {kind} base `{value[:20]}`, which is no number.")
        return ""
    return value


def write_link(view: View, *, private: bool = False) -> dict[str, str]:
    """Query parameters of a view; defaults and sequences longer than `MAX_LINK_BASES` are left out, and so are those of
    `PRIVATE` where that is asked for."""
    parameters = {"v": VERSION, "model": view.model, "track": view.track}
    base = View(view.model, view.track)
    for key in ("scale", "method", "baseline", "first", "mutate", "indels", "letters", "palette"):
        if getattr(view, key) != getattr(base, key):
            parameters[key] = getattr(view, key)
    if view.place or view.variant:
        placed = ("genome", "place", "strand", "variant")
        values = {key: getattr(view, key) for key in placed}
        parameters |= {key: value for key, value in values.items() if value and len(value) <= MAX_LINK_BASES}
    elif view.example:
        parameters["example"] = view.example
    elif view.sequence and len(view.sequence) <= MAX_LINK_BASES:
        parameters["seq"] = view.sequence
        if view.name:
            parameters["name"] = view.name[:MAX_PLACE]
    if view.reference and len(view.reference) <= MAX_LINK_BASES:
        parameters["reference"] = view.reference
    for key in ("edits", "pin"):
        text = getattr(view, key)
        if text and parameters.keys() & {"seq", "example", "place"} and len(text) <= MAX_LINK_BASES:
            parameters[key] = text
    return {key: value for key, value in parameters.items() if not (private and key in PRIVATE)}


def write_session(view: View, said: Mapping[str, object] | None = None) -> str:
    """A view as the text of a session file; `said` is told beside it, and restores nothing."""
    held = {k: v for k, v in asdict(view).items() if v}
    return json.dumps({SESSION_KEY: VERSION, **held, **(said or {})}, indent=1) + "\n"


def read_session(content: bytes) -> tuple[View, list[str]] | None:
    """The view of a session file and notices as of `read_link`, or None if the file is something else."""
    parameters = session_parameters(content)
    return None if parameters is None else read_link(parameters)


def all_tracks(card: ModelCard) -> list[str]:
    """Names of all tracks of a model, outputs in order."""
    return [track for output in card.outputs for track in output.tracks]


def output_of(card: ModelCard, track: str) -> str:
    """Name of the output that holds a track."""
    return next(o.name for o in card.outputs if track in o.tracks)


def one_of(kind: str, value: str, known: Collection[str], default: str, notices: list[str]) -> str:
    """`value` if it is known, else `default` with a notice. Methods and baselines are checked where they are used,
    because listing them loads torch."""
    if value in known:
        return value
    notices.append(
        f"The link names the {kind} `{value[:50]}`, which does not exist. Shown instead: {f'`{default}`' if default else 'the usual one'}."
    )
    return default
