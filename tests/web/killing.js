// Workers killed again and again, in three ways and at random moments, while a tree of calls is added up.

import { endless, holds, isHello, same, until, withClient } from './check.js';

/** Leaves of the tree, a power of two, and kills: as many as an engine gets through in good time. */
const SCALES = { chromium: [4096, 100], firefox: [4096, 40], webkit: [1024, 20] };
const WORKERS = 3;

/** Ends its worker in the middle of itself. */
const die = () => {
  globalThis.close();
  return new Promise(() => {});
};

/** Ends a worker behind the back of its pool. @param {Worker} worker */
const kill = (worker) => Worker.prototype.terminate.call(worker);

/** Numbers below a bound that follow from a seed. @param {number} seed */
function dice(seed) {
  let state = seed;
  return (/** @type {number} */ bound) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * bound);
  };
}

/** The sum of as many arrays as there are leaves, two by two; only the last future is held. */
function tree(/** @type {import('../../src/index.js').Client} */ client, /** @type {number} */ leaves) {
  const leaf = (/** @type {number} */ i) => new Float64Array(16).fill(i);
  const pair = (/** @type {Float64Array} */ a, /** @type {Float64Array} */ b) => a.map((x, i) => x + b[i]);
  let level = client.map(leaf, Array(leaves).keys());
  while (level.length > 1) {
    const next = [];
    for (let i = 0; i < level.length; i += 2) next.push(client.submit(pair, level[i], level[i + 1]));
    for (const future of level) future.release();
    level = next;
  }
  return level[0];
}

export const tests = {
  async a_tree_is_added_up_while_workers_are_killed_at_random() {
    const { userAgent } = navigator;
    const engine = /Firefox/.test(userAgent) ? 'firefox' : /Chrom/.test(userAgent) ? 'chromium' : 'webkit';
    const [leaves, kills] = SCALES[engine];
    /** Those that live and have said hello: from then on their death is noticed. @type {Worker[]} */
    let living = [];
    let started = 0;
    const createWorker = () => {
      const worker = new Worker(new URL('../../src/worker/entry.js', import.meta.url), { type: 'module' });
      worker.addEventListener('message', ({ data }) => isHello(data) && living.push(worker));
      // The pool ends what has closed itself or would not stop.
      worker.terminate = () => {
        living = living.filter((other) => other !== worker);
        kill(worker);
      };
      started++;
      return worker;
    };
    const killed = () => started - WORKERS;
    await withClient(
      async (client) => {
        const urgent = client.with({ pure: false, priority: 1 });
        const random = dice(4096);
        const total = tree(client, leaves);
        const ran = () => client.taskStream({ since: Number.MAX_SAFE_INTEGER }).next;
        while (killed() < kills) {
          const [before, moment] = [killed(), ran() + random((2 * leaves) / kills)];
          await until(() => ran() >= moment || total.done(), 'the tree grows');
          const way = random(3);
          if (way === 0) {
            await until(() => living.length, 'a worker can be missed');
            kill(living.splice(random(living.length), 1)[0]);
            await until(() => killed() > before, 'the killed one is missed');
          } else if (way === 1) {
            const closing = urgent.submit(die);
            await until(() => killed() > before, 'the closed one is missed');
            closing.cancel();
          } else {
            const loop = urgent.submit(endless);
            await until(() => loop.running, 'it runs');
            loop.cancel();
          }
        }
        same(await total, new Float64Array(16).fill((leaves * (leaves - 1)) / 2), `the sum after ${killed()} kills`);
        same(Object.keys(client.processing()).length, WORKERS);
        total.release();
        await until(async () => {
          const { tasks, workers } = await client.stats();
          return tasks === 0 && workers.every(({ results }) => results === 0);
        }, 'nothing is left');
        holds(killed() >= kills, `${killed()} kills`);
      },
      { workers: WORKERS, createWorker, allowedFailures: 10 },
    );
  },
};
