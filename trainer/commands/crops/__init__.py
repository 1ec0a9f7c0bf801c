"""`terroir crops`: from satellite observations to crops told in season."""

from trainer.commands.crops.crop_table import app

__all__ = ["app"]
