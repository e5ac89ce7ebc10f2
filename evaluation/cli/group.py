"""The group of all commands, to which the modules beside it add theirs."""

import click

from ..problems.imports import DISTRIBUTION
from .command import CommandGroup


@click.group(cls=CommandGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name=DISTRIBUTION)
def main() -> None:
    """Run, check and publish a review made of notebooks over published figures."""
