"""What a command tells, on standard output and at once."""

import sys

from edge_agent.errors import OutputLostError


def tell(text: str) -> None:
    """Print at once: whoever waits for an answer sees it as it is found."""
    try:
        sys.stdout.write(text)
        sys.stdout.flush()
    except BrokenPipeError:
        raise
    except OSError as error:
        raise OutputLostError(
            f"expected to write the answers, found {error.strerror}; check the disk "
            "that they go to"
        ) from error
