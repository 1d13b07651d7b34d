// What is measured, done with a pool that can only call a function: graphs by promises, every value through the page.

import { warming } from './tasks.js';

/**
 * Calls a task in some worker; what can be moved among the arguments is.
 * @callback Call
 * @param {keyof typeof import('./tasks.js').tasks} name
 * @param {any[]} args
 * @returns {Promise<any>}
 */

/**
 * A pool as the peers' adapters open it.
 * @typedef {object} CallingPool
 * @property {Call} call
 * @property {(bytes: number) => Promise<{ received: number, took: number }>} [across] so many bytes that one worker holds go
 *   to another: how many arrived, and how long it took until the page knows
 * @property {() => Promise<() => void>} [endless] a task that computes for a minute is running; the function cancels it
 * @property {(milliseconds: number) => Promise<unknown>} [limited] one that may take so long is stopped, and that is known
 * @property {() => unknown} close
 */

/**
 * @param {CallingPool} pool
 * @returns {import('./rows.js').Operations}
 */
export function byHand({ call, across, endless, limited, close }) {
  /** @type {Promise<number>[]} */
  let submitted = [];
  /** @type {unknown[]} */
  let held = [];

  return {
    close,
    across,
    endless,
    limited,

    async warm(workers) {
      // As many at once as there are workers: some pools send a function only with its first call in each.
      for (const [name] of warming()) {
        for (let round = 0; round < 5; round++) {
          const fresh = () => /** @type {unknown[]} */ (warming().find(([other]) => other === name)?.[1]);
          await Promise.all(Array.from({ length: workers }, () => call(name, fresh())));
        }
      }
    },

    async map(count) {
      await Promise.all(Array.from({ length: count }, (_, i) => call('noop', [i])));
    },

    submit(count) {
      for (let i = 0; i < count; i++) submitted.push(call('noop', [i]));
    },

    async settle() {
      await Promise.all(submitted);
      submitted = [];
      held = [];
    },

    async hold(count) {
      held.push(...(await Promise.all(Array.from({ length: count }, (_, i) => call('point', [i])))));
    },

    async follow(count, flying) {
      let left = count;
      const one = async () => {
        while (left-- > 0) await call('noop', [left]);
      };
      await Promise.all(Array.from({ length: flying }, one));
    },

    one: () => call('noop', [0]),

    async spin(durations) {
      await Promise.all(durations.map((duration) => call('spin', [duration])));
    },

    async tree(leaves, fanIn) {
      let level = Array.from({ length: leaves }, (_, i) => call('inc', [i]));
      while (level.length > 1) {
        const groups = Array.from({ length: Math.ceil(level.length / fanIn) }, (_, i) =>
          level.slice(i * fanIn, (i + 1) * fanIn),
        );
        level = groups.map(async (group) => call('sum', [await Promise.all(group)]));
      }
      return level[0];
    },

    async chain(length) {
      let value = 0;
      for (let i = 0; i < length; i++) value = await call('inc', [value]);
      return value;
    },

    async arrays(leaves) {
      let level = Array.from({ length: leaves }, (_, i) => call('leaf', [i]));
      while (level.length > 1) {
        const pairs = Array.from({ length: level.length / 2 }, (_, i) => [level[2 * i], level[2 * i + 1]]);
        level = pairs.map(async ([a, b]) => call('add', [await a, await b]));
      }
      return call('total', [await level[0]]);
    },

    thereAndBack: (buffer) => call('echo', [buffer]),
  };
}
