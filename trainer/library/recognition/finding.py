"""One thing that an import recognised, and why; nothing is recognised silently."""

import msgspec


class Finding(msgspec.Struct, frozen=True):
    """What was recognised in which part of a source, and by what evidence."""

    subject: str
    verdict: str
    evidence: str

    def __str__(self) -> str:
        """Return it as an import prints it."""
        return f"{self.subject}: {self.verdict} ({self.evidence})"
