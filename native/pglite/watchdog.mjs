// Ends the server where a statement runs on beyond the time limit that its client set. The engine keeps its thread busy and sees no
// limit of its own, so that nobody else would ever be answered. What was committed is in the log that the next start reads.
// A thread of its own sleeps until there is something to watch; there is none until a client sets a limit.

import fs from 'node:fs';
import { Worker, isMainThread, workerData } from 'node:worker_threads';

const spareMs = 3000; // the client may be told by the engine itself, between two rows

export class Watchdog {
  #log;
  #until = null;

  /** log: the file that says why the server ended. */
  constructor(log) {
    this.#log = log;
  }

  /** A unit begins that may take so many milliseconds; 0 for as long as it likes. */
  begin(limitMs) {
    if (!limitMs) return;
    if (!this.#until) {
      const shared = new SharedArrayBuffer(BigInt64Array.BYTES_PER_ELEMENT);
      this.#until = new BigInt64Array(shared);
      new Worker(new URL(import.meta.url), { workerData: { shared, log: this.#log } }).unref();
    }
    this.#set(BigInt(Date.now() + limitMs + spareMs));
  }

  /** It ended. */
  end() {
    if (this.#until) this.#set(0n);
  }

  #set(value) {
    Atomics.store(this.#until, 0, value);
    Atomics.notify(this.#until, 0);
  }
}

if (!isMainThread) watch(new BigInt64Array(workerData.shared), workerData.log);

function watch(until, log) {
  for (;;) {
    const now = Atomics.load(until, 0);
    const left = now === 0n ? Infinity : Number(now) - Date.now();
    if (left > 0) {
      Atomics.wait(until, 0, now, left);
      continue;
    }
    try {
      fs.appendFileSync(log, `${new Date().toISOString()} ${process.pid} ended: a statement ran beyond its time limit\n`);
    } finally {
      process.kill(process.pid, 'SIGKILL');
    }
  }
}
