"""Lines of numbers: the quick way answers as the slow one; odd lines are left to it."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocols.errors import InstrumentFileError
from protocols.instrument_files.number_lines import numbers_in


@given(st.lists(st.tuples(st.floats(0, 1e5), st.floats(-2, 2)), min_size=1))
def test_numbers_are_those_that_python_reads(rows: list[tuple[float, float]]) -> None:
    lines = [f"{at!r},{value:.9e}" for at, value in rows]

    found = numbers_in(lines, 2, ",", "a.csv")

    expected = [[float(text) for text in line.split(",")] for line in lines]
    assert np.array_equal(found, np.array(expected))


@pytest.mark.parametrize("line", ["+350,.5", "0350,1.", " 350 , 0.5", "350,nan"])
def test_numbers_that_json_would_not_take_are_read(line: str) -> None:
    found = numbers_in(["349,0.5", line], 2, ",", "a.csv")

    assert found[1, 0] == 350


@pytest.mark.parametrize(
    "line", ["1,2],[3,4", "1,2,3", "1", '"1",2', "1,null", "1,[2]"]
)
def test_line_of_other_things_is_refused(line: str) -> None:
    with pytest.raises(InstrumentFileError, match="expected 2 numbers a line"):
        numbers_in(["349,0.5", line, "351,0.5"], 2, ",", "a.csv")
