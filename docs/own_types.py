"""An extension of griffe, which reads the docstrings for the reference: each name has its own type and default.

numpydoc lets names share a description (`start, end`); griffe then gives all parameters what it finds for the first, and
takes several attributes for one.
"""

from __future__ import annotations

from typing import Any

import griffe


class OwnTypes(griffe.Extension):
    """Runs after the extension that finds the parameters of dataclasses."""

    def on_package(self, *, pkg: griffe.Module, **_: Any) -> None:
        """Everything is read, nothing is written yet."""
        _mend(pkg)


def _mend(thing: griffe.Object) -> None:
    for section in thing.docstring.parsed if thing.docstring else ():
        if isinstance(section, griffe.DocstringSectionParameters) and isinstance(
            thing, (griffe.Function, griffe.Class)
        ):
            for item in section.value:
                if item.name in thing.parameters:
                    parameter = thing.parameters[item.name]
                    item.annotation, item.value = parameter.annotation, parameter.default
        elif isinstance(section, griffe.DocstringSectionAttributes):
            section.value = [
                griffe.DocstringAttribute(name, annotation=_type_of(thing, name), description=item.description)
                for item in section.value
                for name in item.name.split(", ")
            ]
    for member in thing.members.values():
        if isinstance(member, griffe.Object):
            _mend(member)


def _type_of(thing: griffe.Object, name: str) -> str | griffe.Expr | None:
    member = thing.members.get(name)
    return member.annotation if isinstance(member, griffe.Attribute) else None
