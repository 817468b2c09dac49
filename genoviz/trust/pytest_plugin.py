"""The checks of `genoviz check-model` as tests of pytest: `pytest --genoviz-model my_package:MyModel`.

For packages that publish a model. pytest finds this module wherever genoviz is installed; it does nothing unless the option is
given, and loads nothing heavy before.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from genoviz.trust.model_contract import Check

MADE = "made"  # the first of the tests: whether there is a model at all


def pytest_addoption(parser: pytest.Parser) -> None:
    """The option."""
    parser.getgroup("genoviz").addoption(
        "--genoviz-model",
        action="append",
        default=[],
        metavar="MODULE:CLASS",
        help="Test whether this model keeps the contract of genoviz; also a name of its catalogue. May be given several times.",
    )


def pytest_collection_modifyitems(session: pytest.Session, config: pytest.Config, items: list[pytest.Item]) -> None:
    """A test for each check of each model, behind all other tests."""
    wanted: list[str] = config.getoption("--genoviz-model")
    if not wanted:
        return
    from genoviz.trust.model_contract import CHECKS

    items += [
        ModelCheck.from_parent(session, name=f"genoviz {model}: {check}", model=model, check=check)
        for model in wanted
        for check in (MADE, *CHECKS)
    ]


class Broken(Exception):
    """A check that failed; its text says what is wrong and how to mend it."""


class ModelCheck(pytest.Item):
    """One check of one model."""

    def __init__(self, *, model: str, check: str, **rest: Any) -> None:
        super().__init__(**rest)
        self.model, self.check = model, check

    def runtest(self) -> None:
        """Fail with what is wrong; skip what was not reached; a finding that is neither right nor wrong is shown with -rA."""
        found = checks_of(self.model).get(self.check)
        if found is None:
            pytest.skip("An earlier check failed.")
        if found.passed is False:
            raise Broken(found.message)
        self.add_report_section("call", "genoviz", found.message)

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        """What is wrong, without a traceback of this module."""
        return str(excinfo.value) if excinfo.errisinstance(Broken) else super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[Any, int | None, str]:
        """Where it stands: in no file."""
        return self.path, None, self.name


@cache
def checks_of(name: str) -> dict[str, Check]:
    """All checks of a model by name, run once."""
    from genoviz.errors import GenovizError
    from genoviz.trust.checked_model import load_for_check
    from genoviz.trust.model_contract import Check, check_model

    try:
        model = load_for_check(name)
    except GenovizError as error:
        return {MADE: Check(MADE, False, str(error))}
    found = {one.name: one for one in check_model(model)}
    answers = {"call": Check("call", True, "`logits` can be called.")} if "shape" in found else {}
    return {MADE: Check(MADE, True, "The model can be made.")} | answers | found
