"""Decision 5: caches are bounded, and their keys are letters and checksums, never arrays or models."""

from __future__ import annotations

import ast
import re

import pytest

from docs.architecture import PACKAGE, ROOT

FILES = sorted([*PACKAGE.glob("ui/**/*.py"), *ROOT.glob("pages/**/*.py"), ROOT / "app.py"])
SAMPLED_OR_SHARED = re.compile(r"\b(NDArray|ndarray|Tensor|Model|Array|ArrayLike|DataFrame)\b")


def cached() -> list[tuple[ast.FunctionDef, set[str]]]:
    """Every function that Streamlit caches, with the options of its cache."""
    found = []
    for path in FILES:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.FunctionDef):
                continue
            for how in node.decorator_list:
                if "st.cache_" in ast.unparse(how):
                    options = {str(word.arg) for word in how.keywords} if isinstance(how, ast.Call) else set()
                    found.append((node, options))
    return found


CACHED = cached()


@pytest.mark.parametrize(("function", "options"), CACHED, ids=[function.name for function, _ in CACHED])
def test_caches_are_bounded_and_keyed_by_letters(function: ast.FunctionDef, options: set[str]) -> None:
    arguments = [*function.args.posonlyargs, *function.args.args, *function.args.kwonlyargs]
    assert not arguments or options & {"max_entries", "ttl"}
    for argument in arguments:
        if not argument.arg.startswith("_"):
            assert argument.annotation is not None
            assert not SAMPLED_OR_SHARED.search(ast.unparse(argument.annotation)), argument.arg


def test_they_are_found() -> None:
    assert {"model", "_readout", "mutation_map"} <= {function.name for function, _ in CACHED}
