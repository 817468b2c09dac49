"""A model that is to be checked: by its name, or by where its class is."""

from __future__ import annotations

import os
import sys
from typing import Any

from genoviz.errors import BadInput, BadModel


def load_for_check(name: str) -> Any:
    """A model of the catalogue, or one made by `MODULE:CLASS`, which is also looked for in the current folder.

    Raises
    ------
    BadInput
        If the class can't be called without arguments, or raises.
    GenovizError
        What `genoviz.models.load.load_model` raises.
    """
    if ":" not in name:
        from genoviz.models.load import load_model

        return load_model(name)
    from importlib import import_module

    from genoviz.models.plugins import run_foreign
    from genoviz.models.reach import leave_training

    module, _, attribute_name = name.partition(":")
    sys.path.insert(0, os.getcwd())
    try:
        made = run_foreign(lambda: getattr(import_module(module), attribute_name)())
    except BadModel as error:
        raise BadInput(
            f"`{name}` can't be made ({error.read}).",
            "MODULE:CLASS names a class that is called without arguments.",
            "Run it in Python to see where it fails.",
        ) from error
    leave_training(made)
    return made
