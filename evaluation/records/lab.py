"""Chapters as JupyterLab reads them: with the kernel's version and name, which are not stored, so that opening one does
not mark its tab as changed. Configured on installation (tools/jupyter_server_config.json).
"""

from typing import Any

from ipykernel.ipkernel import IPythonKernel
from ipykernel.kernelspec import get_kernel_dict
from jupyter_server.services.contents.largefilemanager import AsyncLargeFileManager

KERNEL_INFO = {name: get_kernel_dict()[name] for name in ("display_name", "language")} | {"name": "python3"}


class Chapters(AsyncLargeFileManager):  # type: ignore[misc, unused-ignore]
    """Jupyter's contents manager; chapters get the metadata that this kernel would add."""

    async def get(self, path: str, content: bool = True, *arguments: Any, **options: Any) -> Any:
        """As Jupyter's own; the content of a chapter (``metadata.evaluation``) gets kernelspec and language_info."""
        model = await super().get(path, content, *arguments, **options)  # type: ignore[no-untyped-call]
        if content and model["type"] == "notebook" and "evaluation" in model["content"]["metadata"]:
            model["content"]["metadata"] |= {
                "kernelspec": KERNEL_INFO,
                "language_info": IPythonKernel.language_info,
            }
        return model
