"""Which bases a model takes together: what it expects at one place when another one is changed."""

from typing import TYPE_CHECKING

from genoviz.lazy import names_of

if TYPE_CHECKING:
    from genoviz.dependency.dependency_map import Dependency, count_passes, dependency

__all__ = ["Dependency", "count_passes", "dependency"]

__getattr__ = names_of("genoviz.dependency.dependency_map", __all__)
