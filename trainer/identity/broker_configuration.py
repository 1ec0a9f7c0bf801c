"""What Mosquitto is told: mutual TLS, who may say what, and how much it keeps.

A device's certificate names it; that name is its user and its client id, so no device
can take over another's session, and the pattern rules hold it to its own topics. The
broker is no store: it forgets what it acknowledged when it is killed, and a device
therefore keeps every record until the cloud's own receipt.
"""

from dataclasses import dataclass
from pathlib import Path

from protocols.limits import MAX_MESSAGE_BYTES
from protocols.messages import DOWNLINK_KINDS, UPLINK_KINDS
from protocols.topics import PREFIX, every_device, shared_by
from trainer.durable_files import write_durably
from trainer.identity.services import INGEST_NAMES, RELOCALISER_NAME

CONFIGURATION_NAME = "mosquitto.conf"
ACL_NAME = "acl"
PACKET_OVERHEAD_BYTES = 4096
"""Topic and properties, above the body."""


@dataclass(frozen=True)
class BrokerPlan:
    """Where a broker listens, where its files lie and as whom it runs."""

    folder: Path
    data: Path
    port: int = 8883
    host: str | None = None
    user: str = "mosquitto"


REFERENCE = BrokerPlan(
    folder=Path("/etc/terroir/broker"), data=Path("/var/lib/mosquitto")
)


def mosquitto_configuration(plan: BrokerPlan) -> str:
    """Return the text of `mosquitto.conf`."""
    listener = f"{plan.port} {plan.host}" if plan.host else str(plan.port)
    return f"""\
# Made by `terroir broker configure`; change the generator, not this file.
per_listener_settings false
user {plan.user}

# One door: TLS 1.3, and nobody without a certificate of our authority.
listener {listener}
protocol mqtt
tls_version tlsv1.3
cafile {plan.folder}/authority.pem
certfile {plan.folder}/broker.pem
keyfile {plan.folder}/broker.key
require_certificate true
allow_anonymous false

# The certificate's common name is the user and the client id.
use_identity_as_username true
use_username_as_clientid true
acl_file {plan.folder}/{ACL_NAME}

# Without this every TLS 1.3 connection stalls for 40 ms.
set_tcp_nodelay true

# Sessions of sleeping devices outlive a restart.
persistence true
persistence_location {plan.data}/
autosave_interval 60
persistent_client_expiration 90d

# A body is at most {MAX_MESSAGE_BYTES} bytes.
message_size_limit {MAX_MESSAGE_BYTES}
max_packet_size {MAX_MESSAGE_BYTES + PACKET_OVERHEAD_BYTES}
max_inflight_messages 250
max_queued_messages 100000
max_queued_bytes 536870912

# Changes of state only.
sys_interval 0
connection_messages false
log_dest stderr
log_type error
log_type warning
log_timestamp_format %Y-%m-%dT%H:%M:%S%z
"""


def access_rules() -> str:
    """Return the text of the access list."""
    lines = [
        "# Made by `terroir broker configure`; change the generator, not this file.",
        "",
        "# A device speaks and hears under its own name only.",
        *(f"pattern write {PREFIX}/%u/{kind}" for kind in UPLINK_KINDS),
        *(f"pattern read {PREFIX}/%u/{kind}" for kind in DOWNLINK_KINDS),
    ]
    heard = [f"topic read {every_device(kind)}" for kind in UPLINK_KINDS]
    for name in INGEST_NAMES:
        lines += ["", f"user {name}", *heard]
        lines.append(f"topic write {every_device('receipt')}")
    lines += ["", f"user {RELOCALISER_NAME}", f"topic write {every_device('order')}"]
    return "\n".join(lines) + "\n"


def ingest_filters(group: str = "ingest") -> tuple[str, ...]:
    """Return what an ingest subscribes to: every uplink, shared among ingests."""
    return tuple(shared_by(group, every_device(kind)) for kind in UPLINK_KINDS)


def write_configuration(plan: BrokerPlan, into: Path) -> Path:
    """Write both files into the folder `into`; return the configuration's path."""
    into.mkdir(parents=True, exist_ok=True)
    write_durably(into / ACL_NAME, access_rules().encode(), 0o600)
    path = into / CONFIGURATION_NAME
    write_durably(path, mosquitto_configuration(plan).encode())
    return path
