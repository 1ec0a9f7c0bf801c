"""Random messages and spectra: everything an honest sender could say, and more."""

from datetime import UTC, datetime

import numpy as np
from hypothesis import strategies as st

from protocols.identifiers import NAME_PATTERN, SAMPLE_ID_PATTERN, DeviceAddress
from protocols.messages import (
    DeviceBirth,
    DeviceDeath,
    Estimate,
    EvenAxis,
    Instrument,
    LabelledSample,
    LabValue,
    ListedAxis,
    Message,
    PackedSpectrum,
    Reading,
    Receipt,
    Rejection,
    ScanSample,
    UpdateOrder,
    UpdateReport,
)
from protocols.spectrum import Spectrum, pack, spectrum_of
from protocols.units import unit_of

TARGETS = ("oc_usda.c729_w.pct", "ph.h2o_usda.a268_index", "k.ext_usda.a725_cmolc.kg")

names = st.from_regex(NAME_PATTERN, fullmatch=True)
sample_ids = st.from_regex(SAMPLE_ID_PATTERN, fullmatch=True)
record_ids = st.binary(min_size=16, max_size=16).map(bytes.hex)
digests = st.binary(min_size=32, max_size=32).map(bytes.hex)
times = st.datetimes(
    min_value=datetime(1970, 1, 1),  # noqa: DTZ001 - the zone is given below
    max_value=datetime(2106, 2, 7),  # noqa: DTZ001 - the zone is given below
    timezones=st.just(UTC),
)
texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=80)
addresses = st.builds(DeviceAddress, names, names, names)
finite = st.floats(-1e6, 1e6)
instruments = st.builds(Instrument, maker=texts, model=texts, serial=texts)

AUTHORED = {
    "id": record_ids,
    "at": times,
    "tenant": names,
    "farm": names,
    "device": names,
    "clock_is_trusted": st.booleans(),
}

packed_spectra = st.builds(
    PackedSpectrum,
    axis=st.builds(
        EvenAxis, first_nm=st.floats(), step_nm=st.floats(), bands=st.integers(2, 300)
    )
    | st.builds(
        ListedAxis, bands=st.integers(2, 300), wavelengths_nm=st.binary(max_size=200)
    ),
    encoding=st.sampled_from(["float32", "uint16-delta-zlib"]),
    low=st.floats(),
    high=st.floats(),
    data=st.binary(max_size=400),
)
"""Anything that decodes; hardly any of it holds a spectrum."""

encodings = st.sampled_from(["float32", "uint16-delta-zlib"])


@st.composite
def estimates(draw: st.DrawFn) -> Estimate:
    """Draw an interval that holds its value."""
    target = draw(st.sampled_from(TARGETS))
    low, value, high = sorted(draw(st.tuples(finite, finite, finite)))
    return Estimate(
        target=target, unit=unit_of(target), value=value, low=low, high=high
    )


@st.composite
def lab_values(draw: st.DrawFn) -> LabValue:
    """Draw a value in its property's unit."""
    target = draw(st.sampled_from(TARGETS))
    return LabValue(target=target, unit=unit_of(target), value=draw(finite))


def tuples_of(
    elements: st.SearchStrategy[object], least: int = 0
) -> st.SearchStrategy[tuple[object, ...]]:
    """Draw short tuples."""
    return st.lists(elements, min_size=least, max_size=4).map(tuple)


@st.composite
def spectra(draw: st.DrawFn) -> Spectrum:
    """Draw a spectrum on any ascending axis, even or not."""
    bands = draw(st.integers(2, 60))
    step = st.floats(0.25, 20, width=32)
    if draw(st.booleans()):
        steps = [draw(step)] * bands
    else:
        steps = draw(st.lists(step, min_size=bands, max_size=bands))
    axis = draw(st.floats(100, 3000, width=32)) + np.cumsum(steps)
    value = st.floats(-100, 100, width=32)
    values = draw(st.lists(value, min_size=bands, max_size=bands))
    return spectrum_of(axis, values)


messages: st.SearchStrategy[Message] = st.one_of(
    st.builds(
        DeviceBirth,
        **AUTHORED,
        software=texts,
        runtime=texts,
        instruments=tuples_of(instruments),
        model=st.none() | digests,
        waiting=st.integers(0, 2**40),
    ),
    st.builds(DeviceDeath, **AUTHORED, reason=st.sampled_from(["stopped", "lost"])),
    st.builds(
        ScanSample,
        **AUTHORED,
        sample=sample_ids,
        instrument=instruments,
        spectrum=st.none() | st.builds(pack, spectra(), encodings),
        refusal=st.none() | texts,
    ),
    st.builds(
        Reading,
        **AUTHORED,
        scan=record_ids,
        sample=sample_ids,
        instrument=instruments,
        model=digests,
        estimates=tuples_of(estimates()),
        novelty=st.floats(0, 1e6),
        is_flagged=st.booleans(),
    ),
    st.builds(
        LabelledSample,
        **AUTHORED,
        sample=sample_ids,
        values=tuples_of(lab_values(), least=1),
        laboratory=st.none() | texts,
    ),
    st.builds(
        UpdateReport,
        **AUTHORED,
        outcome=st.sampled_from(["activated", "current", "refused", "unreachable"]),
        running=st.none() | digests,
        offered=st.none() | digests,
        detail=texts,
    ),
    st.builds(
        Receipt,
        **AUTHORED,
        accepted=tuples_of(record_ids),
        rejected=tuples_of(st.builds(Rejection, record=record_ids, reason=texts)),
    ),
    st.builds(UpdateOrder, **AUTHORED, package=digests, reason=texts),
)
