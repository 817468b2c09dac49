"""The link that opens results in the app, made from their receipts; docs/links.md names the parameters."""

from __future__ import annotations

from collections.abc import Sequence as Seq
from urllib.parse import urlencode

from genoviz.models.card import ModelCard
from genoviz.receipts.receipt import Receipt

VERSION = "1"  # of the parameters
MAX_LINK_BASES = 1000  # of a sequence, variant or edits in a link


def app_link(card: ModelCard, receipts: Seq[Receipt]) -> str:
    """Page and parameters, to be put behind the address of an app: `/?v=1&model=toy.sum&track=activity&seq=ACGT`.

    What a link can't hold is left out: longer sequences, and settings of a method that the page does not offer.

    Parameters
    ----------
    card
        The first model of the receipts.
    receipts
        Of what is shown of one sequence, or one of a variant or of a comparison.
    """
    from genoviz.models.target import Target  # loads torch, which pages of links do without

    first = receipts[0]
    text = next((one.models[0].target for one in receipts if one.models[0].target), "")
    target = Target.parse(text, card) if text else Target.default(card)
    parameters = {"v": VERSION, "model": card.name}
    if len(target.tracks) == 1:
        parameters["track"] = target.tracks[0]
    if target.scale != "logit":
        parameters["scale"] = target.scale
    if first.kind in ("variant", "splice"):
        return _address("variants", parameters | _variant(first))
    read = first.inputs[0]
    if read.bases and read.length <= MAX_LINK_BASES:
        parameters |= {"seq": read.bases} | ({"name": read.name} if read.name else {})
    if first.kind == "comparison":
        return _address("compare", parameters | _comparison(first, card.name))
    for receipt in receipts:
        parameters |= _settings(receipt)
    return _address("", parameters)


def _settings(receipt: Receipt) -> dict[str, str]:
    """What a result of a sequence adds."""
    settings = receipt.settings
    if receipt.kind == "mutagenesis":
        whole = settings["window"] == f"1-{receipt.inputs[0].length}"
        return ({} if whole else {"mutate": settings["window"]}) | ({"indels": "1"} if settings["indels"] else {})
    if receipt.kind not in ("attribution", "trust"):
        return {}
    other = settings["options"].get("reference_sequence", "")
    said = {"method": settings["method"]} | ({"baseline": settings["baseline"]} if settings["baseline"] else {})
    return said | ({"reference": other} if other and len(other) <= MAX_LINK_BASES else {})


def _variant(receipt: Receipt) -> dict[str, str]:
    settings = receipt.settings
    if len(settings["variant"]) > MAX_LINK_BASES:
        return {}
    minus = settings["strand"] == "-" if receipt.kind == "splice" else settings["window"].endswith("(-)")
    strand = {"strand": "-"} if minus else {}
    return {"genome": settings["genome"], "variant": settings["variant"]} | strand


def _comparison(receipt: Receipt, name: str) -> dict[str, str]:
    others = [one.name for one in receipt.models if one.name != name]
    methods = {"compare": "maps", "methods": ",".join(receipt.settings["methods"])}
    return methods | ({"models": ",".join(others)} if others else {})


def _address(page: str, parameters: dict[str, str]) -> str:
    return f"/{page}?{urlencode(parameters)}"
