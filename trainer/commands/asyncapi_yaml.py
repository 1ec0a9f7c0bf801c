"""The AsyncAPI document as YAML, as the copy beside the messages holds it."""

import yaml

from protocols.asyncapi import asyncapi_document

WIDTH = 88


class _PlainDumper(yaml.SafeDumper):
    """Repeats what is repeated, instead of YAML's anchors."""

    def ignore_aliases(self, data: object) -> bool:
        """Write everything out."""
        del data
        return True


def asyncapi_yaml() -> str:
    """Return the document as text."""
    text: str = yaml.dump(
        asyncapi_document(),
        Dumper=_PlainDumper,
        sort_keys=False,
        width=WIDTH,
        allow_unicode=True,
    )
    return text
