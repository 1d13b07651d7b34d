// Who is measured: the library, the packages that a page would use instead, and `postMessage` by hand as the limit.

import { byHand } from './by-hand.js';

/** @typedef {import('./rows.js').Operations} Operations */

/**
 * @typedef {object} Subject
 * @property {string} name
 * @property {boolean} isolated whether it is measured on the page that is cross-origin isolated, or on the one that is not
 * @property {(workers: number) => Promise<Operations>} open loads it, and starts its workers
 * @property {Record<string, string>} [without] rows that it does not finish, with the reason
 * @property {string[]} [slow] rows that take it so long that a quick run leaves them out
 */

const FLOODS = ['no-op map, 100 k', 'longest block of the page, 100 k in flight'];
const superlinear = 'takes minutes: its time grows faster than the number of tasks';
const ring = 'has room for 65,536 pending tasks, and loses the others';

/** @type {Subject[]} */
export const SUBJECTS = [
  { name: 'webfutures', isolated: false, open: async (workers) => (await import('./webfutures.js')).open(workers) },
  {
    name: 'webfutures-isolated',
    isolated: true,
    open: async (workers) => (await import('./webfutures.js')).open(workers),
  },
  { name: 'raw', isolated: true, open: async (workers) => byHand(await (await import('./raw.js')).open(workers)) },
  { name: 'raw-copied', isolated: true, open: async (workers) => (await import('./raw.js')).openCopying(workers) },
  { name: 'raw-batched', isolated: true, open: async (workers) => (await import('./batches.js')).open(workers) },
  { name: 'raw-arrays', isolated: true, open: async (workers) => (await import('./batches.js')).openBare(workers) },
  peer('workerpool', () => import('./peers/workerpool.js')),
  peer('comlink', () => import('./peers/comlink.js')),
  peer('multithreading', () => import('./peers/multithreading.js'), {
    without: Object.fromEntries(FLOODS.map((row) => [row, ring])),
  }),
  peer('threads', () => import('./peers/threads.js'), {
    without: {
      ...Object.fromEntries(FLOODS.map((row) => [row, superlinear])),
      'JavaScript of the page, 100 k results held': 'takes longer than a minute until it has so many',
    },
    slow: ['no-op map, 10 k', 'submit loop, 10 k', 'tree of 4,096 leaves'],
  }),
  peer('poolifier', () => import('./peers/poolifier.js'), {
    slow: ['no-op map, 10 k', 'submit loop, 10 k', 'tree of 4,096 leaves'],
  }),
];

/**
 * @param {string} name
 * @param {() => Promise<{ open(workers: number): Promise<import('./by-hand.js').CallingPool> }>} load
 * @param {Pick<Subject, 'without' | 'slow'>} [limits]
 * @returns {Subject}
 */
function peer(name, load, limits = {}) {
  return { name, isolated: true, open: async (workers) => byHand(await (await load()).open(workers)), ...limits };
}
