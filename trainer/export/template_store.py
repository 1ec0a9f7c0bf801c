"""Templates of graphs on disk, so that no structure is exported twice on one machine.

An export takes seconds, and every process of a fleet, every command and every restart
would do it again. What is kept holds no learned number. It is found only by the same
structure, the same code of models and exporters and the same packages; a file that is
not what was written is as good as none. Whoever fills a template proves the graph
against its model afterwards, as with one that was just exported.
"""

import hashlib
import logging
from pathlib import Path

import onnx

from trainer.cache_folder import cache_folder, made_with
from trainer.durable_files import write_durably

LOG = logging.getLogger(__name__)

DIGEST_LETTERS = 64


class TemplateStore:
    """A folder of graphs without numbers, one a structure."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def read(self, structure: str) -> onnx.ModelProto | None:
        """Return the graph of a structure, if it is there and whole."""
        try:
            data = self._path(structure).read_bytes()
        except OSError:
            return None
        digest, graph = data[:DIGEST_LETTERS], data[DIGEST_LETTERS:]
        if hashlib.sha256(graph).hexdigest().encode() != digest:
            LOG.warning("a kept graph is damaged, exporting it again")
            return None
        return onnx.load_model_from_string(graph)

    def write(self, structure: str, graph: onnx.ModelProto) -> None:
        """Keep a graph; where nothing can be kept, the next process exports again."""
        data: bytes = graph.SerializeToString(deterministic=True)
        digest = hashlib.sha256(data).hexdigest().encode()
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            write_durably(self._path(structure), digest + data)
        except OSError as error:
            LOG.info("cannot keep a graph for the next process: %s", error)

    def _path(self, structure: str) -> Path:
        key = hashlib.sha256(f"{structure}\0{made_with()}".encode()).hexdigest()
        return self._folder / f"{key}.onnx"


def usual_store() -> TemplateStore:
    """Return this user's store, among the files that may be lost."""
    return TemplateStore(cache_folder("graphs"))
