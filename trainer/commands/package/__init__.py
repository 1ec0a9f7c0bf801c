"""`terroir package`: show, verify and compare model packages."""

from trainer.commands.package.package_commands import app

__all__ = ["app"]
