"""`terroir-edge crops`: tables of observations in, a line a field out."""

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from edge_agent.__main__ import main
from edge_agent.exit_codes import ExitCode
from edge_agent.installed_runtimes import installed_runtimes
from tests.simulators.golden_fields import (
    HARVEST,
    PACKAGE,
    as_csv,
    golden_crop_package,
    golden_places,
    golden_rows,
    whole_places,
)
from tests.simulators.golden_scans import PACKAGE as SOIL_PACKAGE

FIELDS = [
    *("field", "date", "crop", "probability", "low", "high", "crops"),
    *("novelty", "flagged", "places", "days_seen", "model"),
]
LATE = ("--date", f"{HARVEST}-12-31")
Line = dict[str, object]
Rows = list[dict[str, str]]


@pytest.fixture
def rows() -> Rows:
    """All that was seen of golden places."""
    return golden_rows(golden_crop_package())


@pytest.fixture
def table(tmp_path: Path, rows: Rows) -> Path:
    """The same as a table."""
    path = tmp_path / "fields.csv"
    path.write_text(as_csv(rows))
    return path


def crops(*words: str | Path, package: Path = PACKAGE) -> int:
    """Run the command in this process, for a program."""
    return main(["crops", "--package", str(package), "--json", *map(str, words)])


def told(capsys: pytest.CaptureFixture[str]) -> list[Line]:
    """Read what the command printed."""
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


@pytest.mark.parametrize("runtime", installed_runtimes())
def test_golden_places_get_their_golden_answers_on_every_runtime(
    runtime: str, table: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code = crops(table, *LATE, "--runtime", runtime)

    lines = {one["field"]: one for one in told(capsys)}
    answer = golden_places(golden_crop_package()).answer
    assert code == ExitCode.OK
    for at in whole_places(golden_crop_package()):
        line, best = lines[f"G{at}"], int(answer.value[at].argmax())
        assert list(line) == FIELDS
        assert line["probability"] == pytest.approx(answer.value[at, best], abs=1e-4)
        assert line["low"] == pytest.approx(answer.low[at, best], abs=1e-4)
        assert line["high"] == pytest.approx(answer.high[at, best], abs=1e-4)
        assert line["crop"] == golden_crop_package().crops.classes[best].name
        assert line["model"] == golden_crop_package().digest


def test_the_set_holds_every_class_above_the_packages_threshold(
    table: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    crops(table, *LATE)

    threshold = golden_crop_package().crops.likely.threshold
    answer = golden_places(golden_crop_package()).answer
    lines = {one["field"]: one for one in told(capsys)}
    for at in whole_places(golden_crop_package()):
        expected = max(int((answer.value[at] >= threshold).sum()), 1)
        assert len(list(str(lines[f"G{at}"]["crops"]).split(","))) == expected


def test_json_lines_are_read_as_the_same_table_is(
    tmp_path: Path, table: Path, rows: Rows, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = tmp_path / "fields.jsonl"
    numbers = [
        {name: value or None for name, value in row.items()} for row in reversed(rows)
    ]
    lines.write_text("".join(json.dumps(row) + "\n" for row in numbers))

    crops(table, *LATE)
    expected = {one["field"]: one for one in told(capsys)}
    crops(lines, *LATE)

    assert {one["field"]: one for one in told(capsys)} == expected


def test_nothing_seen_after_the_date_is_used(
    tmp_path: Path, rows: Rows, capsys: pytest.CaptureFixture[str]
) -> None:
    until = f"{HARVEST}-07-01"
    early = tmp_path / "early.csv"
    early.write_text(as_csv([row for row in rows if row["date"] <= until]))
    whole = tmp_path / "whole.csv"
    whole.write_text(as_csv(rows))

    crops(early, "--date", until)
    expected = told(capsys)
    crops(whole, "--date", until)

    known = [one for one in told(capsys) if "crop" in one]
    assert known == [one for one in expected if "crop" in one]
    assert {one["date"] for one in known} == {until}


def test_a_field_of_several_places_gets_the_mean_of_what_is_told_of_each(
    tmp_path: Path, rows: Rows, capsys: pytest.CaptureFixture[str]
) -> None:
    pair = [f"G{at}" for at in whole_places(golden_crop_package())[:2]]
    joined = [
        {"field": "home", "place": row["field"], **{k: row[k] for k in list(row)[1:]}}
        for row in rows
        if row["field"] in pair
    ]
    path = tmp_path / "home.csv"
    path.write_text(as_csv(joined))

    crops(path, *LATE)

    (line,) = told(capsys)
    value = golden_places(golden_crop_package()).answer.value[
        whole_places(golden_crop_package())[:2]
    ]
    assert line["field"] == "home"
    assert line["places"] == 2
    assert line["probability"] == pytest.approx(value.mean(axis=0).max(), abs=1e-4)


@pytest.mark.parametrize(
    ("column", "value", "expected"),
    [
        ("S2-B04", "1532", "S2-B04 as a fraction, found 1532"),
        ("S2-B04", "-9999", "S2-B04 as a fraction"),
        ("S2-B08", "much", "a number as S2-B08"),
        ("S2-B08", "inf", "a finite number"),
        ("date", "July", "a date such as"),
        ("date", "", "a date such as"),
        ("field", "", "a field or a place"),
        ("field", "x" * 65, "at most 64 letters"),
    ],
)
def test_a_row_that_cannot_be_read_is_refused_by_its_line_and_the_rest_is_answered(
    tmp_path: Path,
    rows: Rows,
    column: str,
    value: str,
    expected: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    path = tmp_path / "fields.csv"
    path.write_text(as_csv([rows[0], {**rows[1], column: value}, *rows[2:]]))

    code = crops(path, *LATE)

    refused, *others = told(capsys)
    assert code == ExitCode.SCANS
    assert (refused["line"], list(refused)) == (3, ["file", "line", "refusal"])
    assert expected in str(refused["refusal"])
    assert all("crop" in one for one in others)


def test_a_table_of_digital_numbers_is_refused_in_few_lines(
    tmp_path: Path, rows: Rows, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "dn.csv"
    path.write_text(as_csv([{**row, "S2-B04": "812"} for row in rows]))

    code = crops(path)

    lines = told(capsys)
    assert code == ExitCode.SCANS
    assert len(lines) == 21
    assert lines[-1]["refusal"] == f"{len(rows) - 20} more lines were refused"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", "found none in this file"),
        ("field,date,B4,B8\nG0,2026-05-01,0.1,0.2\n", "the columns S2-B04, S2-B08"),
        ("date,S2-B04,S2-B08\n2026-05-01,0.1,0.2\n", "field or place"),
        ("field,field,date,S2-B04,S2-B08\n", "each column once"),
        ("field,date,S2-B04,S2-B08\nG0,2026-05-01,0.1\n", "4 entries, found 3"),
        ("{no json\n", "a JSON object"),
        ("x" * 70_000, "at most 65536 characters"),
    ],
)
def test_a_file_that_is_no_table_of_these_channels_is_refused(
    tmp_path: Path, text: str, expected: str, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "odd.csv"
    path.write_text(text)

    code = crops(path, tmp_path / "none.csv", tmp_path)

    odd, missing, folder = told(capsys)
    assert code == ExitCode.SCANS
    assert expected in str(odd["refusal"])
    assert "No such file" in str(missing["refusal"])
    assert "Is a directory" in str(folder["refusal"])


def test_a_field_of_which_nothing_was_seen_in_the_season_is_refused_by_name(
    tmp_path: Path, rows: Rows, capsys: pytest.CaptureFixture[str]
) -> None:
    cloudy = [
        {**row, "scene_class": "9" if row["field"] == "G0" else "4"} for row in rows
    ]
    path = tmp_path / "cloudy.csv"
    path.write_text(as_csv(cloudy))

    code = crops(path, *LATE)

    (refused,) = (one for one in told(capsys) if "refusal" in one)
    assert code == ExitCode.SCANS
    assert refused["field"] == "G0"
    assert "found none that clouds, scene classes and dates leave" in str(
        refused["refusal"]
    )


def test_a_date_before_the_season_is_refused_at_once(
    table: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code = crops(table, "--date", f"{HARVEST}-02-01")

    out, err = capsys.readouterr()
    assert (code, out) == (ExitCode.INPUT, "")
    assert f"the season, which begins on {HARVEST}-03-02" in err


def test_the_autumn_before_belongs_to_the_harvest_that_is_named(
    table: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code = crops(table, *LATE, "--harvest", f"{HARVEST + 1}")

    assert code == ExitCode.INPUT
    assert f"begins on {HARVEST + 1}-03-02" in capsys.readouterr().err


def test_a_soil_model_is_refused_here_and_a_crop_model_by_predict(
    table: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert crops(table, package=SOIL_PACKAGE) == ExitCode.PACKAGE
    assert "`terroir-edge predict`" in capsys.readouterr().err

    assert main(["predict", "--package", str(PACKAGE), str(table)]) == ExitCode.PACKAGE
    assert "`terroir-edge crops`" in capsys.readouterr().err


def test_a_package_that_is_damaged_answers_nothing(
    tmp_path: Path, table: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    whole = PACKAGE.read_bytes()
    for name, data in {
        "cut": whole[: len(whole) // 2],
        "changed": whole.replace(b"days", b"dayz", 1),
        "empty": b"",
    }.items():
        path = tmp_path / f"{name}.terroir"
        path.write_bytes(data)
        assert crops(table, package=path) == ExitCode.PACKAGE

    assert capsys.readouterr().out == ""


def test_a_person_reads_aligned_rows(
    table: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["crops", "--package", str(PACKAGE), str(table), *LATE]
    assert main([*words, "--runtime", "onnxruntime"]) == ExitCode.OK

    title, heading, *lines = capsys.readouterr().out.splitlines()
    assert title == f"model {golden_crop_package().digest[:12]} on onnxruntime"
    assert heading.startswith("field ")
    assert all(line.startswith("G") for line in lines)


def test_help_loads_neither_numpy_nor_a_runtime() -> None:
    script = (
        "import sys, edge_agent.commands.crops; "
        "print(sorted({'numpy', 'msgspec', 'onnxruntime'} & sys.modules.keys()))"
    )

    found = subprocess.check_output([sys.executable, "-c", script], text=True)

    assert found.strip() == "[]"


def test_probabilities_of_a_place_add_up_to_one() -> None:
    answer = golden_places(golden_crop_package()).answer

    np.testing.assert_allclose(answer.value.sum(axis=1), 1, atol=1e-5)
