"""What must fit through a limit does, and what is beyond is refused."""

import msgspec
import numpy as np
import pytest

from protocols.encoding import JSON, decode, encode
from protocols.errors import MessageError
from protocols.limits import (
    MAX_BANDS,
    MAX_MESSAGE_BYTES,
    MAX_RECORDS_PER_RECEIPT,
    MAX_TEXT,
    MAX_VALUES_PER_LABEL,
)
from protocols.spectrum import pack, spectrum_of
from tests.protocols.sample_messages import (
    id_of,
    label_of,
    order_of,
    receipt_of,
    scan_of,
)


def test_finest_scan_fits_in_a_message_even_as_json() -> None:
    axis = np.cumsum(np.random.default_rng(1).uniform(0.1, 0.2, MAX_BANDS)) + 350
    noise = np.random.default_rng(2).uniform(0, 1, MAX_BANDS)
    scan = msgspec.structs.replace(
        scan_of(), spectrum=pack(spectrum_of(axis, noise), "float32")
    )

    assert decode(encode(scan, JSON), JSON) == scan


def test_fullest_receipt_fits_in_a_message() -> None:
    accepted = tuple(map(id_of, range(MAX_RECORDS_PER_RECEIPT)))
    receipt = msgspec.structs.replace(receipt_of(), accepted=accepted)

    assert decode(encode(receipt)) == receipt


@pytest.mark.parametrize(
    "message",
    [
        msgspec.structs.replace(
            receipt_of(), accepted=(id_of(1),) * (MAX_RECORDS_PER_RECEIPT + 1)
        ),
        msgspec.structs.replace(
            label_of(), values=label_of().values * (MAX_VALUES_PER_LABEL + 1)
        ),
        msgspec.structs.replace(order_of(), reason="x" * (MAX_TEXT + 1)),
    ],
    ids=["records", "values", "text"],
)
def test_one_more_than_the_limit_is_refused(message: msgspec.Struct) -> None:
    with pytest.raises(MessageError):
        decode(msgspec.msgpack.encode(message))


def test_message_beyond_the_limit_is_not_even_encoded() -> None:
    order = msgspec.structs.replace(order_of(), reason="x" * MAX_MESSAGE_BYTES)

    with pytest.raises(MessageError, match=f"at most {MAX_MESSAGE_BYTES} bytes"):
        encode(order)
