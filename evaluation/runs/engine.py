"""A Papermill engine that runs a notebook's cells in this process. Papermill and nbclient work unchanged with
ipykernel's own kernel, whose messages go into a list instead of a socket: executed notebooks are the same as with an
ordinary kernel. One process runs one notebook: see `pool`. Without it each run would start a kernel and import
all anew.
"""

import asyncio
import io
import logging
import os
import sys
import tempfile
from collections import deque
from collections.abc import Callable
from functools import lru_cache
from types import SimpleNamespace
from typing import Any

from ipykernel.ipkernel import IPythonKernel
from jupyter_client.session import Session
from nbformat import NotebookNode
from papermill.clientwrap import PapermillNotebookClient
from papermill.engines import Engine
from traitlets.config import Config

from .execute import numbered_cells

MOST_OUTPUT = 20_000_000  # characters that a run may print; more is unreadable and fills the memory


class TooMuchOutput(RuntimeError):
    """A run printed more than `MOST_OUTPUT` characters."""


class RecordingSession(Session):
    """A kernel's session that collects messages in ``messages`` for the client in this process, as replies to
    ``request``, and sends none."""

    def __init__(self, **traits: Any):
        """Starts without messages and without a request; messages are not signed."""
        super().__init__(key=b"", **traits)
        self.messages: deque[dict[str, Any]] = deque()
        self.request: dict[str, Any] = {}

    def send(self, stream: Any, msg_or_type: Any, content: Any = None, *_: Any, **__: Any) -> Any:
        """Collect a message (a dictionary, or its type with its ``content``) as a reply to ``request``, and return it
        without that header; nothing is sent, and ``stream`` is ignored."""
        message = msg_or_type if isinstance(msg_or_type, dict) else self.msg(msg_or_type, content)
        self.messages.append(message | {"parent_header": self.request})
        return message


class OutputStream(io.TextIOBase):
    """``sys.stdout`` or ``sys.stderr`` of a run, turned into messages. Output of other programs and C libraries to the
    file descriptor is redirected, for the life of the process, to a file, which is read at each flush. ``written``
    counts the characters of both streams."""

    encoding = "UTF-8"
    written = 0

    def __init__(self, name: str, descriptor: int, session: RecordingSession):
        """Redirect the ``descriptor`` (1 or 2) to a temporary file for the rest of the process; its output goes to the
        ``session`` as messages of the stream ``name`` (stdout or stderr)."""
        self.name, self.descriptor, self.session = name, descriptor, session
        self.parts: list[str] = []
        self.position = 0
        with tempfile.TemporaryFile() as file:
            os.dup2(file.fileno(), descriptor)

    def fileno(self) -> int:
        """The descriptor for the output of other programs."""
        return self.descriptor

    def writable(self) -> bool:
        """Always true."""
        return True

    def write(self, text: str) -> int:
        """Buffer a text until the next flush; return its length. Raises TooMuchOutput if both streams together exceed
        MOST_OUTPUT characters."""
        OutputStream.written += len(text)
        if OutputStream.written > MOST_OUTPUT:
            raise TooMuchOutput(f"found more than {MOST_OUTPUT} characters of output; allowed: up to that many a run")
        self.parts.append(text)
        return len(text)

    def flush(self) -> None:
        """Send the buffered text, then what was written to the descriptor since the last flush, as one message; none if
        both are empty. Raises TooMuchOutput."""
        if self.closed:
            return
        os.lseek(self.descriptor, self.position, os.SEEK_SET)  # its end, once it is read
        output = os.read(self.descriptor, MOST_OUTPUT + 1)
        self.position += len(output)
        self.write(output.decode("utf-8", "replace"))
        text = "".join(self.parts)
        self.parts.clear()
        if text:
            self.session.send(None, "stream", {"name": self.name, "text": text})


@lru_cache
def kernel() -> IPythonKernel:
    """This process's kernel, with a RecordingSession and without history: created at the first call, before the fork,
    so that each run finds it ready."""
    config = Config({"HistoryManager": {"enabled": False}})
    log = logging.getLogger(__name__)
    instance: IPythonKernel = IPythonKernel.instance(session=RecordingSession(), config=config, log=log)
    instance.shell_channel_thread = SimpleNamespace(parent_thread=None)  # there is no thread that reads a socket
    return instance


class InProcessClient:
    """The kernel client for nbclient: it runs each cell when requested, and its messages are then there to read.
    Creating one replaces ``sys.stdout`` and ``sys.stderr``."""

    def __init__(self) -> None:
        """Takes this process's kernel, redirects the descriptors 1 and 2 to files, and sets MPLBACKEND to charts in the
        notebook unless it is set."""
        os.environ.setdefault("MPLBACKEND", "module://matplotlib_inline.backend_inline")
        self.kernel, self.owner = kernel(), os.getpid()
        self.session: RecordingSession = self.kernel.session  # type: ignore[assignment]
        self.replies: deque[dict[str, Any]] = deque()
        self.iopub_channel, self.shell_channel = channel(self.session.messages), channel(self.replies)
        self.streams = [OutputStream("stdout", 1, self.session), OutputStream("stderr", 2, self.session)]
        sys.stdout, sys.stderr = self.streams

    async def execute(self, code: str, store_history: bool = True, stop_on_error: bool = True) -> str:
        """Run a cell to its end and return its message id; its messages are available by then. An error in the cell is
        not raised here: it is one of them (``stop_on_error`` is ignored). In a process that the cell forked off, it
        does not return: that process ends."""
        header = self.session.msg_header("execute_request")
        self.session.request = header
        content = await self.kernel.do_execute(code, silent=False, store_history=store_history)  # type: ignore[no-untyped-call]
        if os.getpid() != self.owner:
            os._exit(0)  # the cell forked: the child has no part in the rest of the notebook
        for stream in self.streams:
            stream.flush()
        reported = any(message["msg_type"] == "error" for message in self.session.messages)
        if content["status"] == "error" and not reported:  # an exception group, printed by IPython as text
            self.session.send(None, "error", {name: content[name] for name in ("ename", "evalue", "traceback")})
        self.session.send(None, "execute_input", {"code": code, "execution_count": content["execution_count"]})
        self.session.send(None, "status", {"execution_state": "idle"})
        self.replies.append({"parent_header": header, "content": content})
        return str(header["msg_id"])

    def kernel_info(self) -> str:
        """Request the kernel's language and return the message id; the reply is available at once."""
        header = self.session.msg_header("kernel_info_request")
        self.replies.append({"parent_header": header, "content": {"language_info": self.kernel.language_info}})
        return str(header["msg_id"])

    async def is_alive(self) -> bool:
        """Always true: a dying kernel takes this process with it."""
        return True


def channel(messages: deque[dict[str, Any]]) -> SimpleNamespace:
    """The message channel that nbclient reads: ``get_msg`` removes the first message, waiting for one without regard to
    ``timeout``."""

    async def get_msg(timeout: float | None = None) -> dict[str, Any]:
        """Remove and return the first message; without one, wait."""
        while not messages:
            await asyncio.sleep(0)
        return messages.popleft()

    return SimpleNamespace(get_msg=get_msg)


class WarmClient(PapermillNotebookClient):  # type: ignore[misc]
    """Papermill's client for the kernel of this process; ``report_cell`` is called with the number of each cell that
    starts (see `numbered_cells`)."""

    def __init__(self, nb_man: Any, report_cell: Callable[[int], Any], **options: Any):
        """Opens an `InProcessClient`, which replaces ``sys.stdout`` and ``sys.stderr``; ``options`` are Papermill's."""
        manager = SimpleNamespace(has_kernel=True, is_alive=lambda: False, cleanup_resources=lambda: None)
        super().__init__(nb_man, km=manager, **options)
        self.kc = InProcessClient()
        numbers = [number for number, _ in numbered_cells(nb_man.nb.cells)]
        self.on_cell_start = lambda cell, cell_index: report_cell(numbers[cell_index])


class WarmEngine(Engine):  # type: ignore[misc]
    """Papermill's engine for processes that run one notebook each."""

    @classmethod
    def execute_notebook(cls, nb: Any, kernel_name: str, *, notebooks: list[Any], **options: Any) -> Any:
        """Append the executed notebook, with all cells, to ``notebooks``, and return it to Papermill: with its cells if
        one of them has an error, else without, since Papermill's writing is slow."""
        executed = super().execute_notebook(nb, kernel_name, **options)
        notebooks.append(executed)
        outputs = (output for cell in executed.cells for output in cell.get("outputs", []))
        failed = any(output.output_type == "error" for output in outputs)
        return executed if failed else NotebookNode(executed | {"cells": []})

    @classmethod
    def execute_managed_notebook(cls, nb_man: Any, kernel_name: str, **options: Any) -> Any:
        """Run the cells with `WarmClient`, which needs four of the ``options`` and ignores all others; Papermill
        manages the notebook."""
        needed = ("coalesce_streams", "record_timing", "allow_error_names", "report_cell")
        return WarmClient(nb_man, **{name: options[name] for name in needed}).execute()
