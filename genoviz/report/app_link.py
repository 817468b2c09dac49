"""The link that opens results in the app, made from their receipts; docs/links.md names the parameters."""

from __future__ import annotations

from collections.abc import Sequence as Seq
from urllib.parse import urlencode

from genoviz.models.card import ModelCard
from genoviz.question.receipts import receipt_page, receipt_parameters
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
    parameters: dict[str, str] = {}
    for receipt in receipts:
        parameters |= receipt_parameters(receipt.record)
    if not any(one.target for receipt in receipts for one in receipt.models):
        parameters["track"] = card.outputs[0].tracks[0]
    parameters = {name: value for name, value in parameters.items() if len(value) <= MAX_LINK_BASES}
    if "seq" not in parameters:
        parameters.pop("name", None)
    page = receipt_page(receipts[0].kind)
    return f"/{'' if page == 'sequence' else page}?{urlencode(parameters)}"
