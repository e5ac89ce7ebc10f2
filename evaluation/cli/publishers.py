"""Commands for a publisher's release of a table: import a file, or ask for the newest."""

import shlex
from pathlib import Path

import click

from ..building import project
from ..building.checks import Request, check_request
from ..language import LANGUAGES
from ..problems import LONG, how_many, printable_line
from ..problems.printing import print_line
from . import options
from .group import main
from .options import PATH


@main.command("import")
@options.written_project_option
@click.argument("file", type=PATH)
@options.data_option
@click.option("--yes", is_flag=True, help="Add what is shown.")
@options.json_option
def import_release(file: Path, data: Path | None, yes: bool, as_json: bool) -> None:
    """Add a publisher's release of a table to data/: show what it would add; with --yes, add it.

    FILE is the entire table as downloaded, a zip or a CSV, in English or in French; docs/importing.md says of which
    tables. Earlier releases stay; a release that is there already adds nothing.
    """
    from ..chapters import statcan_release, statcan_table

    folder = data or project.ROOT / "data"
    download = statcan_table.read_download(file)
    additions = statcan_release.add_download(download, folder, write=yes)
    for line in statcan_release.describe_additions(download, additions, folder):
        print_line("\t".join(printable_line(part, LONG) for part in line.split("\t")))
    if additions and yes:
        print_line(f"added to {folder}, and checked", err=True)
    elif additions:
        copy, command = f"{folder}-new", ["evaluation", "import", str(file)]
        to = ["--data", str(data)] if data else []
        print_line(f"nothing added yet; to add it: {shlex.join([*command, *to, '--yes'])}", err=True)
        steps = [["cp", "-r", str(folder), copy], [*command, "--data", copy, "--yes"]]
        steps += [["evaluation", "diff", str(folder), copy]]
        print_line(f"what it changes on the pages: {' && '.join(map(shlex.join, steps))}", err=True)


@main.command()
@options.written_project_option
@options.data_option
@options.review_option
@click.option("--language", type=click.Choice(LANGUAGES), default=LANGUAGES[0], help="Of the file that is asked for.")
@click.option(
    "--page", type=PATH, metavar="FILE.html", help="Where the page to sign goes.  [outputs/<review>.refresh.html]"
)
@click.option("--yes", is_flag=True, help="Add the release to data/ as well.")
@options.timeout_option
@options.json_option
def refresh(
    review: Path, data: Path | None, language: str, page: Path | None, yes: bool, timeout: int, as_json: bool
) -> None:
    """Ask the publisher for the newest release; show what it changes. Only this command reaches a network.

    The file is added to a copy of data/, checked, built as a draft and compared: the page to sign begins with the
    sentences that no longer hold. data/ changes with --yes alone.
    """
    from ..verification import comparison_page
    from ..verification import refresh as refreshing
    from ..writing.work_folder import work_folder_for

    request = Request(review, data=data, timeout=timeout)
    checked, _ = check_request(request)

    def add(file: Path, folder: Path) -> None:
        """Add a release to a data folder, as `import_release` does with --yes."""
        import_release.callback(file, folder, True, as_json)  # type: ignore[misc]

    wanted = refreshing.find_download(request.data_folder, language, refreshing.requester_address(checked.addresses))
    target = page or refreshing.default_page_path(request)
    with work_folder_for(refreshing.default_page_path(request)) as place:
        comparison_page.check_page_path(target)
        print_line(f"asking {wanted.address}", err=True)
        file = refreshing.download_release(wanted, request.data_folder, place)
        if not refreshing.has_new_numbers(file, request.data_folder):
            print_line("nothing newer: data/ has every number of it", err=True)
            return
        comparison = refreshing.write_comparison(request, file, add, target)
        if yes:
            add(file, request.data_folder)
    broken, changes = (sum(map(len, by_page.values())) for by_page in (comparison.broken, comparison.changes))
    print_line(
        f"release of {comparison.release}: {how_many(broken, 'sentence')} to rewrite, {how_many(changes, 'change')}",
        err=True,
    )
    print_line(str(target))
