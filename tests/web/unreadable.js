// Messages that cannot be read: nobody can tell what was in them, so they are the end of a worker.

import { Client, KilledWorkerError } from '../../src/index.js';
import { any, inc, rejects, same, until, withClient } from './check.js';

/** The worker's global, as inline tasks see it. @type {any} */
let webfutures;

/** Workers whose handles the test has. */
function watched() {
  /** @type {Worker[]} */
  const workers = [];
  const createWorker = () => {
    const worker = new Worker(new URL('../../src/worker/entry.js', import.meta.url), { type: 'module' });
    workers.push(worker);
    return worker;
  };
  return { workers, createWorker };
}

/**
 * Takes all the space in which buffers may grow, so that no copy of one can be made. A task. It is 1 TB in Chromium, and three times the
 * memory of the machine in WebKit, for all threads of a page.
 */
const hoard = () => {
  const kept = [];
  for (let most = 2 ** 40; most >= 2 ** 24; ) {
    try {
      kept.push(new ArrayBuffer(8, { maxByteLength: most }));
    } catch {
      most /= 2;
    }
  }
  /** @type {any} */ (globalThis).kept = kept;
};

/**
 * Runs a test with one worker, and waits until buffers may grow again.
 * @param {(client: Client) => Promise<void>} test
 */
async function hoarding(test) {
  // In Firefox it is all that a process can address. Nothing else was found that a page cannot read of its worker: modules of wasm, shared
  // and growing memory, frames, keys, handles and files are read or refused when they are sent, also of workers from `data:` URLs.
  if (/Firefox/.test(navigator.userAgent)) return;
  await withClient(test, { workers: 1, allowedFailures: 0 });
  const isRoom = () => {
    try {
      // What is moved away is free at once.
      new ArrayBuffer(8, { maxByteLength: 2 ** 32 }).transferToFixedLength();
      return true;
    } catch {
      return false;
    }
  };
  await until(isRoom, 'the dead worker has let go of its buffers');
}

export const tests = {
  async an_argument_that_no_worker_can_read_fails_its_task_alone() {
    const { RTCPeerConnection } = any(globalThis);
    // It can be copied on a page, and exists nowhere else: WebKitGTK has none, and no other value like it.
    const certificate = await RTCPeerConnection?.generateCertificate({ name: 'ECDSA', namedCurve: 'P-256' });
    if (!certificate) return same(/WebKit/.test(navigator.userAgent), true, 'only WebKit has no such value');
    await withClient(
      async (client) => {
        const kept = client.submit((/** @type {number} */ n) => new Float64Array(n), 1000);
        await kept.exception();
        const unreadable = client.submit((/** @type {any} */ x) => typeof x, certificate);
        const others = client.map(inc, [1, 2, 3]);
        const error = await rejects(unreadable, KilledWorkerError, /: a message to it could not be read/);
        same(error.deaths, 2);
        same(await client.gather(others), [2, 3, 4], 'what was sent along with it');
        same((await kept).length, 1000, 'what was there before');
      },
      { workers: 1, allowedFailures: 1 },
    );
  },

  async a_result_that_the_page_has_no_room_for_fails_its_task_alone() {
    await hoarding(async (client) => {
      const kept = client.submit((/** @type {number} */ n) => new Float64Array(n), 1000);
      await kept.exception();
      // Not ours, and no sign of anything.
      same(await client.submit(() => globalThis.postMessage(null)), undefined);
      const unreadable = client.submit((_) => /** @type {any} */ (globalThis).kept[0], client.submit(hoard));
      await rejects(unreadable, KilledWorkerError, /: a message of it could not be read/);
      same([(await kept).length, await client.submit(inc, 1)], [1000, 2], 'what was there before, and comes after');
    });
  },

  async a_large_value_that_the_page_has_no_room_for_is_not_asked_for_again() {
    await hoarding(async (client) => {
      const unreadable = client.submit(
        (_) => [/** @type {any} */ (globalThis).kept[0], new Float64Array(20_000)],
        client.submit(hoard),
      );
      await rejects(unreadable, Error, /could not be read/);
      same(await client.submit(inc, 1), 2);
    });
  },

  async a_worker_that_could_not_read_a_message_is_replaced() {
    const { workers, createWorker } = watched();
    await withClient(
      async (client) => {
        const deaf = async () => {
          // As the engine does when a message cannot be read; the successor has another id.
          if (webfutures.getWorker().id > 0) return 'again';
          globalThis.dispatchEvent(new MessageEvent('messageerror'));
          return new Promise(() => {});
        };
        same(await client.submit(deaf), 'again');
        same(workers.length, 2);
      },
      { workers: 1, createWorker, spare: false },
    );
  },

  async a_worker_that_had_no_memory_for_a_message_is_replaced() {
    const { workers, createWorker } = watched();
    await withClient(
      async (client) => {
        const waits = client.submit(async () => {
          const { id } = webfutures.getWorker();
          return id > 0 ? id : new Promise(() => {});
        });
        await until(() => waits.running, 'it runs');
        // What Chromium gives the worker then.
        workers[0].postMessage(null);
        same(await waits, 1, 'what it was sent is sent to its successor');
      },
      { workers: 1, createWorker, spare: false },
    );
  },

  async a_worker_whose_message_could_not_be_read_is_replaced() {
    const { workers, createWorker } = watched();
    await withClient(
      async (client) => {
        const kept = client.submit((/** @type {number} */ n) => new Float64Array(n), 1000);
        await kept.exception();
        const waits = client.submit(async () => {
          const { id } = webfutures.getWorker();
          return id > 0 ? id : new Promise(() => {});
        });
        await until(() => waits.running, 'it runs');
        workers[0].dispatchEvent(new MessageEvent('messageerror'));
        same(await waits, 1, 'what ran there runs in the successor');
        same([(await kept).length, workers.length], [1000, 2], 'what lay there is made again');
      },
      { workers: 1, createWorker, spare: false },
    );
    await withClient(
      async (client) => {
        const waits = client.submit(() => new Promise(() => {}));
        await until(() => waits.running, 'it runs');
        workers[2].dispatchEvent(new MessageEvent('messageerror'));
        const error = await rejects(waits, KilledWorkerError, /: a message of it could not be read/);
        same([error.deaths, await client.submit(inc, 1)], [1, 2]);
      },
      { workers: 1, createWorker, spare: false, allowedFailures: 0 },
    );
  },
};
