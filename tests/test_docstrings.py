"""Public things say what they are, and the examples in docstrings give what they say."""

from __future__ import annotations

import ast
import doctest
from importlib import import_module

import pytest

from docs.architecture import modules
from genoviz.attribute import attribute
from genoviz.models import ModelCard
from genoviz.models.target import Target
from genoviz.motifs.motif import Motif
from genoviz.mutagenesis import saturate
from genoviz.predict import predict
from genoviz.sequences.locus import Locus
from genoviz.sequences.sequence import Sequence
from genoviz.variants.variant import Variant

WITH_EXAMPLES = [name for name, path in modules().items() if ">>> " in path.read_text(encoding="utf-8")]


@pytest.mark.parametrize("name", WITH_EXAMPLES)
def test_examples_give_what_they_say(name: str) -> None:
    done = doctest.testmod(import_module(name))
    assert done.attempted > 0
    assert done.failed == 0


@pytest.mark.parametrize(
    "thing",
    [Sequence, Locus, Variant, Motif, Target, ModelCard, predict, attribute, saturate],
    ids=lambda t: t.__name__,
)
def test_nouns_and_verbs_have_an_example(thing: object) -> None:
    assert ">>> " in (thing.__doc__ or "")


@pytest.mark.parametrize("name", modules())
def test_every_public_name_says_what_it_is(name: str) -> None:
    tree = ast.parse(modules()[name].read_text(encoding="utf-8"))
    nodes = [node for node in tree.body if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef))]
    assert ast.get_docstring(tree), f"{name} says nothing about itself"
    silent = [node.name for node in nodes if not node.name.startswith("_") and not ast.get_docstring(node)]
    assert silent == []
    # Elsewhere than under this head, the site takes the signs of an example for quotations.
    said = [ast.get_docstring(n) or "" for n in ast.walk(tree) if isinstance(n, (ast.FunctionDef, ast.ClassDef))]
    assert [text for text in said if ">>> " in text.partition("Examples\n--------")[0]] == []
