"""Processes of this package that answer requests: one JSON object a line in, one a line out.

A worker ends when its line is closed, so that a killed parent leaves none behind.
"""

from __future__ import annotations

import gc
import itertools
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import suppress
from functools import partial
from importlib import import_module
from queue import SimpleQueue
from threading import Lock, Thread
from types import ModuleType
from typing import Any

from ..problems.imports import GRAMMAR, without
from .execute import ENVIRONMENT, python_path
from .keeper import TOKEN, new_token, sweep

Message = dict[str, Any]
PATIENCE = 0.5  # seconds that a process has to end by itself, and what it started
NUMBERS = itertools.count()


class WorkerDied(RuntimeError):
    """A worker's process ended before it answered."""


class Worker:
    """One worker process. ``ask`` gives the future of an answer; many may be asked before one answers."""

    def __init__(self, module: str, *arguments: str, private: dict[str, str] | None = None):
        """``private`` is the environment of a worker that works on what is confidential: what it writes is for its
        owner alone, and it says nothing but its answers."""
        command = [sys.executable, "-m", f"evaluation.{module}", *arguments]
        self.token = new_token(next(NUMBERS))
        environment = os.environ | ENVIRONMENT | {"PYTHONPATH": python_path(), TOKEN: self.token} | (private or {})
        pipe = subprocess.PIPE
        quiet: Any = {"stderr": subprocess.DEVNULL, "umask": 0o077} if private else {}
        self.process = subprocess.Popen(
            command, stdin=pipe, stdout=pipe, env=environment, start_new_session=True, **quiet
        )
        self.numbers = itertools.count()
        self.waiting: dict[int, Future[Message]] = {}
        self.groups: dict[int, int] = {}
        self.lock = Lock()
        self.dead = False
        self.listener = Thread(target=self.listen, daemon=True)
        self.listener.start()

    def ask(self, request: Message) -> Future[Message]:
        future: Future[Message] = Future()
        with self.lock:
            if self.dead:
                raise WorkerDied("the process had ended")
            number = next(self.numbers)
            self.waiting[number] = future
            with suppress(OSError):  # a process that has just ended: `listen` tells those who wait
                assert self.process.stdin
                self.process.stdin.write(json.dumps(request | {"number": number}).encode() + b"\n")
                self.process.stdin.flush()
        return future

    def listen(self) -> None:
        """Pass answers on until the process ends; then fail what still waits."""
        assert self.process.stdout
        for line in self.process.stdout:
            self.hear(json.loads(line))
        status = self.process.wait()
        with self.lock:
            self.dead = True
        self.end_groups()
        if status:  # killed, perhaps with its keeper: what it started may live on
            sweep(self.token)
        for future in list(self.waiting.values()):
            future.set_exception(WorkerDied(how_it_ended(status)))

    def hear(self, message: Message) -> None:
        number = message.pop("number")
        if "group" in message:
            self.groups[number] = message["group"]
            return
        self.groups.pop(number, None)
        self.waiting.pop(number).set_result(message)

    def end_groups(self) -> None:
        """What a worker's own children have started must not outlive it."""
        for group in self.groups.values():
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(group, signal.SIGKILL)

    def close(self) -> None:
        """Let the process end after what it is at."""
        with suppress(OSError):
            self.process.stdin.close()  # type: ignore[union-attr]

    def stop(self, patience: float = PATIENCE) -> None:
        """End the process within so many seconds, and what it started."""
        self.close()
        self.listener.join(patience)  # at once when it has ended: `Popen.wait` with a limit looks now and then
        if self.process.returncode is None:
            self.process.kill()
            self.process.wait()
            sweep(self.token)
        self.dead = True


class Pool:
    """Workers of one kind, each answering one request at a time; one that died is replaced. May be asked by as
    many threads as there are workers."""

    def __init__(
        self, count: int, module: str, *arguments: str, attempts: int = 2, private: dict[str, str] | None = None
    ):
        self.attempts, self.closed = attempts, False
        self.start = partial(Worker, module, *arguments, private=private)
        self.all = [self.start() for _ in range(count)]
        self.idle: SimpleQueue[Worker] = SimpleQueue()
        for worker in self.all:
            self.idle.put(worker)

    def ask(self, request: Message, timeout: float | None = None) -> Message:
        """The answer to a request. Raises WorkerDied when workers died of it, TimeoutError when it takes longer."""
        for attempt in range(1, self.attempts + 1):
            worker = self.idle.get()
            try:
                return worker.ask(request).result(timeout)
            except (WorkerDied, TimeoutError):
                worker.stop()
                if attempt == self.attempts or self.closed:
                    raise
            finally:
                self.idle.put(self.replaced(worker) if worker.dead and not self.closed else worker)
        raise AssertionError

    def replaced(self, worker: Worker) -> Worker:
        self.all.remove(worker)
        self.all.append(self.start())
        return self.all[-1]

    def stop(self) -> None:
        self.closed = True
        end = time.monotonic() + PATIENCE
        for worker in self.all:
            worker.close()
        for worker in self.all:
            worker.stop(max(0.0, end - time.monotonic()))


def how_it_ended(status: int) -> str:
    """A process's end in words: its exit status, or the signal that killed it."""
    if status >= 0:
        return f"the process ended with exit status {status}"
    name = signal.Signals(-status).name
    return f"the process was killed by {name}" + (" (out of memory?)" if name == "SIGKILL" else "")


def serve(answer: Callable[[Message], Message], end: Callable[[], object] = lambda: None) -> None:
    """Answer requests one after the other until the line is closed, ``end`` what is to be ended, and leave the
    process. What is printed goes to standard error."""
    with suppress(BrokenPipeError), answers() as out:  # who asked may have been killed
        for line in sys.stdin:
            request = json.loads(line)
            out.write(json.dumps({"number": request.pop("number")} | answer(request)) + "\n")
            out.flush()
    end()
    os._exit(0)  # what libraries do at the end of a process takes a quarter of a second, and nothing needs it


def answers() -> Any:
    """Standard output, kept for answers alone."""
    out = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    return out


def import_quickly(*modules: str, lazily: tuple[str, ...] = ()) -> None:
    """Import modules without two things that nothing here asks for: jsonschema's grammar and the kernel's debugger.
    What is imported ``lazily`` is loaded when first used."""
    gc.disable()  # nothing that is imported is garbage
    with without(GRAMMAR, "debugpy"):
        sys.modules.update({name: Lazily(name) for name in lazily if name not in sys.modules})
        for module in modules:
            import_module(module)
    gc.freeze()
    gc.enable()


class Lazily(ModuleType):
    """Stands for a module that is imported when something of it is first asked for. (importlib's LazyLoader loads
    at the second ``import``.)"""

    __file__ = None  # who looks through all modules, as IPython does, asks for this alone

    def __getattr__(self, name: str) -> Any:
        if sys.modules.get(self.__name__) is self:
            del sys.modules[self.__name__]
        return getattr(import_module(self.__name__), name)
