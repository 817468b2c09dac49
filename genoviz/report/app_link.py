"""The link that opens a result in the app, made from its receipt; docs/links.md names the parameters."""

from __future__ import annotations

from urllib.parse import urlencode

from genoviz.models.card import ModelCard
from genoviz.receipts.receipt import Receipt

VERSION = "1"  # of the parameters
MAX_LINK_BASES = 1000  # of a sequence, variant or edits in a link


def app_link(card: ModelCard, receipt: Receipt) -> str:
    """Page and parameters, to be put behind the address of an app: `/?v=1&model=toy.sum&track=activity&seq=ACGT`.

    What a link can't hold is left out: longer sequences, and settings of a method that the page does not offer.

    Parameters
    ----------
    card
        The first model of the receipt.
    receipt
        Of any kind.
    """
    from genoviz.models.target import Target  # loads torch, which pages of links do without

    settings, first = receipt.settings, receipt.models[0]
    parameters = {"v": VERSION, "model": card.name}
    target = Target.parse(first.target, card) if first.target else Target.default(card)
    if len(target.tracks) == 1:
        parameters["track"] = target.tracks[0]
    if target.scale != "logit":
        parameters["scale"] = target.scale
    if receipt.kind == "variant":
        placed = {"genome": settings["genome"], "variant": settings["variant"]}
        strand = {"strand": "-"} if settings["window"].endswith("(-)") else {}
        fits = len(settings["variant"]) <= MAX_LINK_BASES
        return _address("variants", parameters | (placed | strand if fits else {}))
    read = receipt.inputs[0]
    if read.bases and read.length <= MAX_LINK_BASES:
        parameters |= {"seq": read.bases} | ({"name": read.name} if read.name else {})
    if receipt.kind == "comparison":
        others = [one.name for one in receipt.models[1:] if one.name != card.name]
        parameters |= {"compare": "maps", "methods": ",".join(settings["methods"])}
        return _address("compare", parameters | ({"models": ",".join(others)} if others else {}))
    if receipt.kind in ("attribution", "trust"):
        parameters["method"] = settings["method"]
        parameters |= {"baseline": settings["baseline"]} if settings["baseline"] else {}
        other = settings["options"].get("reference_sequence", "")
        parameters |= {"reference": other} if other and len(other) <= MAX_LINK_BASES else {}
    if receipt.kind == "mutagenesis":
        parameters |= {"mutate": settings["window"]} | ({"indels": "1"} if settings["indels"] else {})
    return _address("", parameters)


def _address(page: str, parameters: dict[str, str]) -> str:
    return f"/{page}?{urlencode(parameters)}"
