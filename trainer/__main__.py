"""The cloud's command line, `terroir`.

A refusal is one sentence on standard error and a numbered exit code; anything else that
goes wrong is a defect and shows its traceback.
"""

import sys

from protocols.errors import ProtocolError
from trainer.commands.command_table import app
from trainer.errors import TerroirError
from trainer.exit_codes import exit_code_of


def main() -> None:
    """Run one command."""
    try:
        app()
    except (TerroirError, ProtocolError) as error:
        sys.stderr.write(f"terroir: {error}\n")
        sys.exit(exit_code_of(error))


if __name__ == "__main__":
    main()
