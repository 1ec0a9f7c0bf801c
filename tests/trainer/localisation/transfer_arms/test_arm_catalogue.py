"""Arms have names, and a name that says none is refused."""

import pytest

from trainer.errors import EvaluationError
from trainer.localisation.transfer_arms.arm_catalogue import ArmSettings, arm_of


@pytest.mark.parametrize(
    "name",
    [
        "auto",
        "average",
        "memory-based",
        "local:pls",
        "global:cnn-usa",
        "library@a,b:ridge",
        "spiked:svr",
        "dtl-i:gaussian-process",
        "dtl-r:cnn-china",
        "dtl-ir:multi-task",
        "frozen-trunk:cnn-sweden",
        "average+dtl-r:cnn-usa+library@a:pls",
    ],
)
def test_an_arm_bears_the_name_that_it_was_asked_by(name: str) -> None:
    assert arm_of(name, ArmSettings()).name == name


@pytest.mark.parametrize(
    "name", ["", "dtl-r", "local", "dtl-x:pls", "library:pls", "local@a:pls", "auto+"]
)
def test_a_name_that_says_no_arm_is_refused(name: str) -> None:
    with pytest.raises(EvaluationError, match="expected arms such as auto"):
        arm_of(name, ArmSettings())


def test_fine_tuning_is_for_networks() -> None:
    with pytest.raises(EvaluationError, match=r"expected a network for dtl-r:pls"):
        arm_of("dtl-r:pls", ArmSettings())


def test_a_method_that_is_not_there_is_refused() -> None:
    with pytest.raises(EvaluationError, match="expected one of the methods"):
        arm_of("local:magic", ArmSettings())


@pytest.mark.parametrize(
    ("name", "needs"),
    [
        ("average", False),
        ("dtl-r:cnn-usa", False),
        ("frozen-trunk:cnn-usa", False),
        ("dtl-i:pls", True),
        ("dtl-ir:cnn-usa", True),
        ("spiked:pls", True),
        ("global:pls", False),
        ("global:cnn-usa", False),
        ("global:svr", True),
        ("memory-based", True),
        ("average+dtl-i:pls", True),
    ],
)
def test_an_arm_says_whether_it_needs_the_librarys_samples(
    name: str, needs: bool
) -> None:
    assert arm_of(name, ArmSettings()).needs_library_samples is needs
