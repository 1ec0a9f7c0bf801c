"""How large anything that crosses the border may be.

A limit is generous for every honest sender and small enough that a hostile one
cannot exhaust a device.
"""

MAX_MESSAGE_BYTES = 256 * 1024
"""Broker, device and cloud refuse anything above this."""

MAX_BANDS = 16_384
"""An FTIR at its finest resolution has about 8,000."""

MAX_SCAN_FILE_BYTES = 4 * 1024 * 1024
"""One instrument's file with one scan; OPUS keeps interferograms beside it."""

MAX_RECORDS_PER_RECEIPT = 500

MAX_VALUES_PER_LABEL = 64

MAX_TEXT = 500
"""Characters in a reason or remark."""

MAX_MANIFEST_BYTES = 256 * 1024

MAX_MEMBERS = 32
"""Files in a model package; today's have ten at most."""

MAX_GOLDEN_SCANS = 256
"""Every device runs all of them before it trusts a model."""

MAX_MEMBER_BYTES = 128 * 1024 * 1024
"""One file in a model package."""

MAX_PACKAGE_BYTES = 256 * 1024 * 1024
"""A whole model package."""

MAX_STEPS = 512
"""Buckets in a season; a year has 73 of five days."""

MAX_CHANNELS = 64
"""Numbers in a bucket: bands of two satellites and the weather are 20."""

MAX_CLASSES = 256
"""What a crop model tells apart; the Cropland Data Layer has 134."""
