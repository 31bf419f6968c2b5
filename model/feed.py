"""Batches made ahead of their use by a thread that reads model/stream.ts processes."""

import subprocess
import sys
import threading
import time
from pathlib import Path
from queue import Queue
from typing import Iterator

import numpy as np

from augment import renamed
from batch import collate, cost, fits, read_frames
from canonical import canonical

ROOT = Path(__file__).parent.parent
POOL = 4
"""Batches drawn at a time: enough to put schemas of like length together, few enough to stay mixed."""
FAILURES = 20
"""Streams in a row that may end before their first frame until training stops."""


class Stream:
    """One running stream process."""

    def __init__(self, command: list[str], seed: int):
        command = [part.replace("{seed}", str(seed)) for part in command]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, cwd=ROOT, bufsize=1 << 20)
        self.frames = read_frames(self.process.stdout)

    def close(self) -> None:
        self.process.kill()
        self.process.wait()


class Feed:
    """`next()` gives batches of about `options.examples` questions. Streams are replaced every `renew_s` seconds by new ones, which read the generator's code and mixture again."""

    def __init__(self, options, seed: int, pieces: int):
        self.command, self.seed, self.examples = options.stream.split(), seed, options.examples
        self.renew_s, self.rename, self.pieces = options.renew_s, options.rename, pieces
        self.random = np.random.default_rng(seed)
        self.ready: Queue = Queue(POOL)
        self.fresh: Queue = Queue()
        self.life = 0
        for _ in range(options.streams):
            threading.Thread(target=self._supply, daemon=True).start()
        threading.Thread(target=self._run, args=(options.streams,), daemon=True).start()

    def next(self) -> dict:
        batch = self.ready.get()
        if batch is None:
            raise RuntimeError("no training stream gives frames")
        return batch

    def _supply(self) -> None:
        """Keeps offering a new stream that has proved to give frames; a broken generator leaves the old stream in use."""
        failures = 0
        while failures < FAILURES:
            self.life += 1
            stream = Stream(self.command, self.seed * 100_000 + self.life)
            try:
                first = next(stream.frames)
            except (StopIteration, EOFError, ValueError, IndexError) as problem:
                print(f"stream failed: {problem!r}", file=sys.stderr, flush=True)
                stream.close()
                failures += 1
                time.sleep(5)
                continue
            failures = 0
            self.fresh.put((stream, first))
            time.sleep(self.renew_s)
        self.fresh.put(None)

    def _run(self, count: int) -> None:
        streams: list[Stream] = []
        while True:
            while len(streams) < count or not self.fresh.empty():
                offer = self.fresh.get()
                if offer is None:
                    self.ready.put(None)
                    return
                streams.append(offer[0])
                if len(streams) > count:
                    streams.pop(0).close()
            frames = self._pool(streams)
            for batch in self._batches(frames):
                self.ready.put(collate(batch, self.random))

    def _pool(self, streams: list[Stream]) -> list[dict]:
        pool, questions = [], 0
        while streams and questions < POOL * self.examples:
            stream = streams[len(pool) % len(streams)]
            try:
                frame = next(stream.frames)
            except (StopIteration, EOFError, ValueError, IndexError) as problem:
                print(f"stream ended: {problem!r}", file=sys.stderr, flush=True)
                stream.close()
                streams.remove(stream)
                threading.Thread(target=self._supply, daemon=True).start()
                continue
            if fits(frame):
                pool.append(renamed(canonical(frame), self.random, self.pieces, self.rename))
                questions += len(frame["questions"])
        return pool

    def _batches(self, frames: list[dict]) -> Iterator[list[dict]]:
        """Batches of equal cost, so that processes that wait for each other wait little."""
        order = [frames[n] for n in self.random.permutation(len(frames))]
        share = sum(cost(frame) for frame in order) / POOL
        batch, total = [], 0
        for frame in order:
            batch.append(frame)
            total += cost(frame)
            if total >= share * 0.98:
                yield batch
                batch, total = [], 0
        if total > share / 2:
            yield batch
