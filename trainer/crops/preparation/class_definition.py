"""Which codes of a label map are which class: one file an experiment.

Codes and names are those of the Cropland Data Layer of the USDA unless another legend
is given. Which class a code belongs to is decided when series are prepared, and can be
decided anew from the codes that a folder keeps.
"""

from functools import cache
from pathlib import Path
from typing import Annotated, TypeVar

import msgspec

from trainer.errors import LibraryError

HERE = Path(__file__).parent
MAIN_CROPS = "main-crops"
DOUBLE_CROP = "Dbl Crop"
UNLABELLED_CODES = (0, 81)
"""Background and clouds: nothing was said."""

Record = TypeVar("Record")
ClassName = Annotated[str, msgspec.Meta(min_length=1, max_length=64)]


class ClassDefinition(
    msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True
):
    """Classes as groups of codes.

    Attributes:
        name: What people call it.
        classes: The codes of each class, in the order of the labels.
        rest: The class of all other codes; nothing where they are left out.
        no_crop_growing: The class of places whose last two scenes of a window show no
            vegetation; nothing where there is no such class.
    """

    name: str
    classes: dict[ClassName, tuple[int, ...]]
    rest: ClassName | None = None
    no_crop_growing: ClassName | None = None

    def __post_init__(self) -> None:
        """Refuse codes in two classes."""
        codes = [code for group in self.classes.values() for code in group]
        twice = sorted({code for code in codes if codes.count(code) > 1})
        if twice:
            raise LibraryError(
                f"expected each code in one class, found {twice[0]} in several of "
                f"{self.name}; take it out of all but one"
            )
        if not self.legend:
            raise LibraryError(f"expected classes in {self.name}, found none; add some")

    @property
    def legend(self) -> tuple[str, ...]:
        """The names of the classes, in the order of the labels."""
        others = [self.rest, self.no_crop_growing]
        return tuple(dict.fromkeys([*self.classes, *(one for one in others if one)]))

    def label_of(self, code: int) -> int | None:
        """Return the label of a code, or nothing where it is left out."""
        for number, group in enumerate(self.classes.values()):
            if code in group:
                return number
        return None if self.rest is None else self.legend.index(self.rest)


class CodeLegend(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the codes of a label map mean.

    Attributes:
        crops: The names of codes of crops.
        land: The names of codes of land without crops.
    """

    crops: dict[int, str]
    land: dict[int, str] = {}

    @property
    def double_crops(self) -> tuple[int, ...]:
        """The codes of two crops in a year, by their names."""
        return tuple(
            code for code, name in self.crops.items() if name.startswith(DOUBLE_CROP)
        )

    @property
    def codes_by_name(self) -> dict[str, int]:
        """Which code a name has, in small letters."""
        return {name.lower(): code for code, name in (self.crops | self.land).items()}


@cache
def cropland_data_layer() -> CodeLegend:
    """Return the codes of the Cropland Data Layer."""
    return read_legend(HERE / "cropland_data_layer.yaml")


def read_legend(path: Path) -> CodeLegend:
    """Read what codes mean."""
    return _read(path, CodeLegend, "a legend of codes")


def read_definition(named: str) -> ClassDefinition:
    """Read a definition of classes: a file, or the name of one that comes with it."""
    own = HERE / "definitions" / f"{named.replace('-', '_')}.yaml"
    return _read(own if own.exists() else Path(named), ClassDefinition, "classes")


def _read(path: Path, kind: type[Record], what: str) -> Record:
    try:
        return msgspec.yaml.decode(path.read_bytes(), type=kind, strict=False)
    except (OSError, msgspec.MsgspecError) as error:
        known = sorted(one.stem for one in (HERE / "definitions").glob("*.yaml"))
        raise LibraryError(
            f"expected {what} in {path}, found none ({error}); correct the file, or "
            f"name one of {', '.join(known).replace('_', '-')}"
        ) from error
