"""What a model says about a sequence: values, expected bases, samples, vectors, agreement of its networks."""

from typing import TYPE_CHECKING

from genoviz.lazy import names_of

if TYPE_CHECKING:
    from genoviz.predict.prediction import evaluate, predict, target_value

__all__ = ["evaluate", "predict", "target_value"]

__getattr__ = names_of("genoviz.predict.prediction", __all__)
