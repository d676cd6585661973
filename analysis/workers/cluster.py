"""Jobs on a Dask cluster: the same interface as a pool of this machine's processes.

Workers need this package and nothing else: data are decoded where they run, results come back. TLS and
timeouts are Dask's own configuration.
"""

from __future__ import annotations

import secrets
import traceback
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from socket import create_connection
from threading import Lock
from types import TracebackType
from typing import Any

from distributed import Client, Event, KilledWorker, as_completed, get_worker
from distributed.comm.addressing import parse_host_port

from analysis.keeping.memo import MadeWith, differing
from analysis.results import store
from analysis.workers.jobs import LOST, ClusterError, Job, TrainingError, understood
from analysis.workers.tasks import EXPECTED

PATIENCE = 10  # seconds to wait for a scheduler and its first worker
SILENCE = 5  # seconds in which a scheduler says its first word
_one_at_a_time = Lock()  # the threads of a worker share torch's settings


class Cluster:
    """The workers of a Dask scheduler: `with Cluster("tcp://host:8786", "cpu") as cluster: ...`."""

    def __init__(self, address: str, device: str) -> None:
        self.device = device
        if _listens_in_silence(address):
            raise ClusterError(
                f"what listens at {address} is no Dask scheduler, perhaps its dashboard: give the address that "
                "`dask scheduler` prints as that of the scheduler, such as tcp://host:8786"
            )
        try:
            self.client = Client(address, timeout=PATIENCE)
        except (OSError, ValueError, TypeError) as error:
            raise ClusterError(
                f"no Dask scheduler can be reached at {address!r} ({error}); start one with `dask scheduler` "
                "and give the address that it prints, such as tcp://host:8786"
            ) from None
        try:
            self.client.wait_for_workers(1, timeout=PATIENCE)
        except TimeoutError:
            self.client.close()
            raise ClusterError(
                f"the scheduler at {address} has had no workers for {PATIENCE} s; "
                f"start them with `dask worker {address}`"
            ) from None
        self.name = f"stacks-{secrets.token_hex(6)}"
        self.stop = Event(self.name, client=self.client)

    def __enter__(self) -> Cluster:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop.set()
        self.client.close()

    @property
    def count(self) -> int:
        """How many workers there are now; more may come and go."""
        return len(self.client.nthreads())

    def results(self, jobs: Sequence[Job], heard: Callable[[int, int], None]) -> Iterator[tuple[int, Any]]:
        """As `Pool.results`; Dask gives the job of a lost worker to another worker, up to three times."""
        self.client.subscribe_topic(self.name, lambda event: heard(*event[1]))
        made_with = store.trained_with()
        futures = {
            self.client.submit(
                _do, job, place, self.device, made_with, self.stop, self.name,
                key=f"{self.name}-{place}", priority=-place, pure=False,
            ): place
            for place, job in enumerate(jobs)
        }  # fmt: skip
        for future in as_completed(futures):
            place = futures[future]
            try:
                message = future.result()
            except KilledWorker:
                raise TrainingError(LOST.format(job=jobs[place])) from None
            except (RuntimeError, ImportError) as error:  # what was sent could not be read there
                raise ClusterError(f"scheduler and workers need this package: {error}") from None
            yield place, understood(message, jobs[place])[1]


def _listens_in_silence(address: str) -> bool:
    """Whether something takes a connection there and says nothing: a scheduler speaks first, a web server never.

    Dask itself would wait for it for ever. With TLS no one speaks first.
    """
    scheme, _, place = address.rpartition("://")
    if scheme not in ("", "tcp"):
        return False
    try:
        with create_connection(parse_host_port(place), timeout=SILENCE) as connection:
            connection.recv(1)
    except TimeoutError:
        return True
    except (OSError, ValueError):  # nothing is there, of which Dask tells
        return False
    return False


def _do(job: Job, place: int, device: str, made_with: MadeWith, stop: Event, name: str) -> tuple[str, Any]:
    """Do a job on a worker; the answer is of the same form as that of a pool's worker."""
    worker = get_worker()

    def tell(number: int) -> None:
        if stop.is_set():
            raise InterruptedError("the build has ended")
        worker.log_event(name, (place, number))

    if changes := differing(store.trained_with(), made_with):
        said = f"the worker {worker.address} differs from this program: {', '.join(changes)}"
        return "raised", ClusterError(said)
    try:
        with _one_at_a_time:
            return "done", job.do(Path(worker.local_directory), device, tell)
    except EXPECTED as error:
        return "raised", error
    except Exception:
        return "failed", traceback.format_exc()
