"""How far a model and its answers can be trusted: the checks of a model and of an explanation, and unusual inputs."""

from typing import TYPE_CHECKING

from genoviz.lazy import names_of

if TYPE_CHECKING:
    from genoviz.trust.report import TrustReport, assess

__all__ = ["TrustReport", "assess"]

__getattr__ = names_of("genoviz.trust.report", __all__)
