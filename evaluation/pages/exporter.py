"""The nbconvert exporter ``evaluation-page``. Builds do not use it, since importing nbconvert takes half a second."""

from pathlib import Path
from typing import Any

from nbconvert.exporters.exporter import Exporter, FilenameExtension
from traitlets import Enum

from ..data.sources import NAMES_TABLE, Tables
from ..language import LANGUAGES, requiring_languages
from ..problems import printable_line
from ..problems.printing import print_line
from .errors import PageError
from .page import build_page, render_page
from .plain import page as plain
from .plain.page import plain_page


class EvaluationPageExporter(Exporter):
    """``jupyter nbconvert --to evaluation-page --EvaluationPageExporter.language=fr NOTEBOOK``."""

    export_from_notebook = "Evaluation page"
    file_extension = FilenameExtension(".html").tag(config=True)
    language = Enum(LANGUAGES, default_value="en", help="The page's language: en or fr.").tag(config=True)

    def from_notebook_node(self, nb: Any, resources: Any = None, **_: Any) -> tuple[str, Any]:  # type: ignore[override]
        """The page of an executed notebook as HTML, and nbconvert's resources; a notebook without ``evaluation`` in its
        metadata is rendered as an ordinary one. Completes the metadata in place. Raises PageError."""
        name = (resources or {}).get("metadata", {}).get("name", "notebook")
        if "evaluation" not in nb.metadata:
            return self.render_plain(nb, str(name)), self._init_resources(resources)
        with requiring_languages([self.language]):
            page = build_page(complete_metadata(nb, str(name), self.language), self.language)
            return render_page(page), self._init_resources(resources)

    def render_plain(self, notebook: Any, name: str) -> str:
        """Render the page of an ordinary notebook (its file ``name`` without suffix), which belongs to no review; texts
        that its author has to add are listed on standard error."""
        page = plain_page(notebook, name, self.language)
        for lack in page.lacks:
            print_line(f"{name}.ipynb:{lack.cell}:-: found {lack.actual}; allowed: {lack.allowed}", err=True)
        return plain.render_plain_page(page)

    def from_filename(self, filename: str, resources: Any = None, **more: Any) -> tuple[str, Any]:  # type: ignore[override]
        """As `from_notebook_node`, for nbconvert's command: raises SystemExit, a line for each reason, in place of
        PageError."""
        try:
            html, resources = super().from_filename(filename, resources, **more)
        except PageError as error:
            raise SystemExit("\n".join(map(printable_line, str(error).splitlines()))) from error
        return str(html), resources


def complete_metadata(notebook: Any, name: str, language: str) -> Any:
    """Complete in place the metadata of a notebook executed by plain Papermill, which has its chapter's title only, to
    those of a page of no review, with the official names of the data folder in use, if there is one; keys that it has
    stay. ``name`` is that of its file, without suffix. Returns the notebook. Raises PageError for one without a title
    in ``language``."""
    about, papermill = notebook.metadata.get("evaluation") or {}, notebook.metadata.get("papermill") or {}
    title = about.get("title")
    if not isinstance(title, dict) or not title.get(language):
        actual = f"a notebook without metadata.evaluation.title ({language})"
        raise PageError(f"{name}:-:-: found {actual}; allowed: a chapter, executed by evaluation build or by Papermill")
    chapter = Path(str(papermill.get("input_path") or name)).stem
    alone = {"review": "", "chapter": chapter, "slug": name, "run_key": "", "differing": {}}
    if NAMES_TABLE not in about and (tables := Tables()).contract_file.is_file():
        alone |= {NAMES_TABLE: tables.names}
    parameters = papermill.get("parameters") or {}
    notebook.metadata["evaluation"] = alone | {"parameters": dict(parameters)} | dict(about)
    return notebook
