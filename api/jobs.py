"""Uploads wait their turn and are added one after another in the background."""

import asyncio
import queue
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager

from api.engine import Engine
from api.errors import NotReady, QueueFull, UnknownJob, logger
from api.job import Job
from api.job_schemas import JobBody
from api.uploads import Upload
from index.errors import FootnoteError

REMEMBERED_JOBS = 1000
LOOK_SECONDS = 0.2
"""How often a job that is watched is looked at."""
STOP_SECONDS = 10.0
"""How long the service waits, when it ends, for the step that is under way."""


class Stopped(Exception):
    """The service ends; raised inside a change of the index, it leaves the index as it was."""


class JobFailed(FootnoteError):
    """A job ended by a fault of ours, which the log has."""


class Jobs:
    """The queue of uploads and the thread that works it off; the last of them are remembered until the service ends."""

    def __init__(self, length: int) -> None:
        self._length = length
        self._jobs: dict[str, Job] = {}
        self._waiting: queue.SimpleQueue[Job | None] = queue.SimpleQueue()
        self._places = threading.BoundedSemaphore(length)
        self._stopping = False
        self._worker = threading.Thread(target=self._work, name="jobs", daemon=True)

    def start(self) -> None:
        """Begin to work off the queue; returns at once."""
        self._worker.start()

    def begin_to_stop(self) -> None:
        """Accept no more, refuse what waits, and end the running job at its next step; safe in a signal handler."""
        self._stopping = True

    def stop(self) -> None:
        """End the thread; a change that is being committed is given time to be."""
        self.begin_to_stop()
        self._waiting.put(None)
        self._worker.join(STOP_SECONDS)

    @contextmanager
    def take_place(self) -> Iterator[None]:
        """Hold a place in the queue while an upload is received; `submit` inside keeps it until the job has ended.

        Raises:
            QueueFull: none is free.
            NotReady: the service ends.
        """
        if self._stopping:
            raise NotReady("the service is about to stop; send the files again when it is back")
        if not self._places.acquire(blocking=False):
            raise QueueFull(
                f"{self._length} uploads are under way, as many as may be (FOOTNOTE_QUEUE_LENGTH); try again in a while"
            )
        try:
            yield
        except BaseException:
            self._places.release()
            raise

    def submit(self, upload: Upload, engine: Engine) -> Job:
        """Queue an upload and return its job."""
        job = Job(upload, engine)
        self._jobs[job.body.job_id] = job
        ended = [job_id for job_id, known in list(self._jobs.items()) if known.has_ended]
        for job_id in ended[: max(0, len(self._jobs) - REMEMBERED_JOBS)]:
            del self._jobs[job_id]
        self._waiting.put(job)
        return job

    def find(self, job_id: str) -> Job:
        """Return a job.

        Raises:
            UnknownJob: there is none of that id, or it ended long ago, or in another process.
        """
        if job_id not in self._jobs:
            raise UnknownJob(f"no job '{job_id[:100]}'; jobs are remembered until the service stops")
        return self._jobs[job_id]

    def _work(self) -> None:
        while job := self._waiting.get():
            try:
                self._check()
                job.run(self._check)
            except Stopped:
                job.fail(NotReady("the service was stopped before this was added; send the files again"))
            except (FootnoteError, OSError) as problem:
                job.fail(problem if isinstance(problem, FootnoteError) else JobFailed(f"the disk failed: {problem}"))
            except Exception:  # noqa: BLE001 - a job that fails by a fault of ours must not end the queue
                logger.exception("job %s failed", job.body.job_id)
                job.fail(JobFailed("a fault of ours; the log has it under this job_id"))
            finally:
                job.close()
                self._places.release()

    def _check(self) -> None:
        if self._stopping:
            raise Stopped


async def watch(job: Job) -> AsyncIterator[JobBody]:
    """Yield the job's body now and after each change that is seen; the last one has ended."""
    shown = None
    while True:
        body = job.body
        if body is not shown:
            yield body
        if body.state in ("done", "failed"):
            return
        shown = body
        await asyncio.sleep(LOOK_SECONDS)
