// What the page of the soak does again and again: everything the library can, with failures, cancels and deaths. Each
// round ends with nothing held, so what is left then is what has leaked.

const { asCompleted, Client, default: init, wait } = await import(/** @type {any} */ ('./pkg/webfutures.js'));
const { memory } = await init();

const WORKERS = 3;
/** Calls of one flood, and every how many one fails. */
const [FLOOD, FAILS] = [20_000, 50];
/** Milliseconds after which a thread that was ended is gone, even if it was in an endless loop. */
const ENDING = 2500;
const client = new Client({ workers: WORKERS, allowedFailures: 10, name: 'soak', memoryLimit: 10_000_000 });
const impure = client.with({ pure: false });
/** Deaths come to one worker alone: what grows in the others is seen. */
const deadly = client.with({ pure: false, priority: 1, workers: 'soak-0' });

/** What has happened so far. */
const counts = { rounds: 0, tasks: 0, failures: 0, cancels: 0, deaths: 0 };

const die = () => {
  globalThis.close();
  return new Promise(() => {});
};
const endless = () => {
  for (;;);
};

/** Small results by the thousand, some of which are errors. @param {number} round */
async function flood(round) {
  const maybe = (/** @type {number} */ x) => {
    if (x % 50 === 49) throw new RangeError(`the task ${x} fails`);
    return x;
  };
  const numbers = Array.from({ length: FLOOD }, (_, i) => round * FLOOD + i);
  const futures = client.map(maybe, numbers);
  const values = await client.gather(futures, { errors: 'skip' });
  counts.tasks += FLOOD;
  counts.failures += FLOOD - values.length;
  check(FLOOD - values.length === FLOOD / FAILS, `${FLOOD - values.length} of ${FLOOD} failed`);
  for (const future of futures) future.release();
}

/** A tree of arrays that move between workers, one of which dies. @param {number} round */
async function tree(round) {
  const leaf = (/** @type {number} */ i) => new Float64Array(2000).fill(i);
  const pair = (/** @type {Float64Array} */ a, /** @type {Float64Array} */ b) => a.map((x, i) => x + b[i]);
  const first = round % 1000;
  let level = client.map(
    leaf,
    Array.from({ length: 128 }, (_, i) => first + i),
  );
  while (level.length > 1) {
    const next = [];
    for (let i = 0; i < level.length; i += 2) next.push(client.submit(pair, level[i], level[i + 1]));
    for (const future of level) future.release();
    level = next;
  }
  counts.tasks += 255;
  const killer = deadly.submit(die);
  await until(() => killer.running || killer.done(), 'the killer runs');
  const [sum] = await level[0];
  check(sum === 128 * first + 64 * 127, `the sum of the tree is ${sum}`);
  killer.cancel();
  killer.release();
  level[0].release();
  counts.deaths++;
}

/** Data from the page, used in all workers. */
async function data() {
  const pieces = client.scatter(Array.from({ length: 20 }, (_, i) => new Float64Array(10_000).fill(i)));
  const sums = [];
  for (let use = 0; use < 5; use++) {
    sums.push(...impure.map((/** @type {Float64Array} */ piece) => piece.reduce((a, b) => a + b), pieces));
  }
  const total = (await client.gather(sums)).reduce((/** @type {number} */ a, /** @type {number} */ b) => a + b);
  check(total === 5 * 190 * 10_000, `the data adds up to ${total}`);
  counts.tasks += sums.length;
  for (const future of [...pieces, ...sums]) future.release();
}

/** Loops that only the end of their worker stops, and what never begins. */
async function cancels() {
  const loop = deadly.submit(endless);
  await until(() => loop.running, 'the loop runs');
  const behind = impure.map((/** @type {number} */ x) => x, Array(100).keys());
  loop.cancel({ reason: 'soak' });
  client.cancel(behind.slice(0, 50));
  await wait(behind);
  counts.tasks += 101;
  counts.cancels += 51;
  for (const future of [loop, ...behind]) future.release();
}

/** Work that is added while results come in. */
async function search() {
  let evaluated = 0;
  const completed = asCompleted(impure.map((/** @type {number} */ x) => x * x, Array(10).keys()));
  for await (const future of completed) {
    evaluated++;
    if (evaluated + completed.count() < 500) completed.add(impure.submit((/** @type {number} */ x) => x, evaluated));
    future.release();
  }
  check(evaluated === 500, `${evaluated} evaluations`);
  counts.tasks += evaluated;
}

/** Tasks that await, side by side. */
async function awaiting() {
  const pause = async (/** @type {number} */ x) => {
    await new Promise((resolve) => setTimeout(resolve, x % 3));
    return x;
  };
  const futures = impure.map(pause, Array(100).keys());
  check((await client.gather(futures)).length === 100, 'all that awaited is there');
  counts.tasks += 100;
  for (const future of futures) future.release();
}

/** Tasks that submit tasks, and await them. */
async function nested() {
  const family = async (/** @type {number} */ x) => {
    const client = await /** @type {any} */ (globalThis).webfutures.getClient();
    const children = client.map((/** @type {number} */ y) => y + 1, [x, x + 1, x + 2]);
    return (await client.gather(children)).reduce((/** @type {number} */ a, /** @type {number} */ b) => a + b);
  };
  const futures = impure.map(family, Array(10).keys());
  const sum = (await client.gather(futures)).reduce((/** @type {number} */ a, /** @type {number} */ b) => a + b);
  check(sum === 195, `the families add up to ${sum}`);
  counts.tasks += 40;
  for (const future of futures) future.release();
}

/** A loop that is stopped because its time is over. */
async function timeouts() {
  const loop = deadly.with({ timeout: 10 }).submit(endless);
  const error = await loop.exception();
  check(error?.name === 'TimeoutError', `the loop ended with ${error}`);
  loop.release();
  counts.tasks++;
  counts.cancels++;
}

/** What clients share by name. */
async function shared() {
  const lock = client.lock('soak');
  let inside = 0;
  const enter = async () => {
    const lease = await lock.acquire();
    check(++inside === 1, `${inside} have the lock`);
    await null;
    inside--;
    await lease.release();
  };
  const queue = client.queue('soak', { maxSize: 4 });
  const produce = async () => {
    for (let i = 0; i < 20; i++) {
      const future = impure.submit((/** @type {number} */ x) => x, i);
      await queue.put([future]);
      future.release();
    }
  };
  const consume = async () => {
    let sum = 0;
    for (let i = 0; i < 20; i++) {
      const [future] = await queue.get();
      sum += await future;
      future.release();
    }
    check(sum === 190, `what went through the queue adds up to ${sum}`);
  };
  await Promise.all([...Array.from({ length: 10 }, enter), produce(), consume()]);
  counts.tasks += 20;
}

/** More than a worker may store: some of it goes to disk, and comes back. */
async function spilled() {
  const make = (/** @type {number} */ i) => new Uint8Array(1_000_000).fill(i);
  const large = impure.map(make, Array(30).keys());
  await wait(large);
  const sizes = impure.map((/** @type {Uint8Array} */ array) => array[0] + array.length, large);
  const sum = (await client.gather(sizes)).reduce((/** @type {number} */ a, /** @type {number} */ b) => a + b);
  check(sum === 30_000_435, `the arrays add up to ${sum}`);
  counts.tasks += 60;
  for (const future of [...large, ...sizes]) future.release();
}

/** Everything once; then nothing is held. */
export async function round() {
  await flood(counts.rounds);
  await tree(counts.rounds);
  await data();
  await cancels();
  await search();
  await awaiting();
  await nested();
  await timeouts();
  await shared();
  await spilled();
  await until(async () => {
    const { tasks, workers } = await client.stats();
    return tasks === 0 && workers.every((/** @type {any} */ { results }) => results === 0);
  }, 'nothing is held');
  counts.rounds++;
  return counts;
}

/** Bytes of the page and of its workers after a collection, and of the wasm memory of the page. */
export async function measure() {
  // The browser waits a minute for the answer of a thread that is being ended, and takes two seconds to end one that loops.
  await new Promise((resolve) => setTimeout(resolve, ENDING));
  const everywhere = Array.from({ length: WORKERS }, (_, i) => client.with({ pure: false, workers: `soak-${i}` }));
  const awake = everywhere.map((one) => one.submit(() => 1));
  await wait(awake);
  for (const future of awake) future.release();
  const { breakdown } = await /** @type {any} */ (performance).measureUserAgentSpecificMemory();
  const bytes = { page: 0, workers: 0, wasm: memory.buffer.byteLength };
  for (const part of breakdown) {
    const inWorker = part.attribution.some((/** @type {any} */ { scope }) => scope === 'DedicatedWorkerGlobalScope');
    bytes[inWorker ? 'workers' : 'page'] += part.bytes;
  }
  return bytes;
}

/** @param {unknown} condition @param {string} what */
function check(condition, what) {
  if (!condition) throw new Error(`round ${counts.rounds}: ${what}`);
}

/** @param {() => unknown} condition @param {string} what */
async function until(condition, what) {
  const patience = performance.now() + 60_000;
  while (!(await condition())) {
    if (performance.now() > patience) throw new Error(`round ${counts.rounds}: not within a minute: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
}
