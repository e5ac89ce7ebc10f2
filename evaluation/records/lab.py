"""What JupyterLab is given of a chapter, so that its tab is not marked as changed when it is opened: the kernel's
version and name, without which it is stored. Installing the package configures it (tools/jupyter_server_config.json).
"""

from typing import Any

from ipykernel.ipkernel import IPythonKernel
from ipykernel.kernelspec import get_kernel_dict
from jupyter_server.services.contents.largefilemanager import AsyncLargeFileManager

KERNEL = {name: get_kernel_dict()[name] for name in ("display_name", "language")} | {"name": "python3"}


class Chapters(AsyncLargeFileManager):  # type: ignore[misc, unused-ignore]
    """Jupyter's files; chapters among them with the metadata that this kernel would add."""

    async def get(self, path: str, content: bool = True, *arguments: Any, **options: Any) -> Any:
        """As Jupyter's own."""
        model = await super().get(path, content, *arguments, **options)  # type: ignore[no-untyped-call]
        if content and model["type"] == "notebook" and "evaluation" in model["content"]["metadata"]:
            model["content"]["metadata"] |= {"kernelspec": KERNEL, "language_info": IPythonKernel.language_info}
        return model
