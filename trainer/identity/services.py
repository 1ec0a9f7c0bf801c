"""The cloud's own programs, and the names in their certificates.

A name is also the MQTT client id, of which the broker takes one at a time; ingests that
share the load therefore have a name each.
"""

INGEST_NAMES = ("cloud-ingest", "cloud-ingest-2", "cloud-ingest-3", "cloud-ingest-4")
RELOCALISER_NAME = "cloud-relocaliser"
BROKER_NAME = "broker"
REPOSITORY_NAME = "repository"

CLIENT_NAMES = (*INGEST_NAMES, RELOCALISER_NAME)


def ingest_name(instance: int) -> str:
    """Return the name of the first, second, ... ingest."""
    return INGEST_NAMES[instance - 1]
