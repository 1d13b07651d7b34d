// What a worker has to run, without a worker: jobs and orders of many runs, in their order, and what is taken out.

import * as wire from '../../src/wire.js';
import { jobOf, Runs } from '../../src/worker/jobs.js';
import { Ready } from '../../src/worker/ready.js';
import { same } from './check.js';

/** Runs of function 7 that take two values each. @param {number[]} runs @param {unknown[]} values */
const order = (runs, values) =>
  new Runs([0, wire.RUNS, 7, wire.FUTURE, 2, runs.length, ...runs.flatMap((run) => [run + 100, run])], 1, values, 1);

/** @param {Ready} ready */
const allOf = (ready) => {
  const all = [];
  for (let job = ready.next(); job; job = ready.next()) all.push([job.task, job.run, job.fn, ...job.args]);
  return all;
};

export const tests = {
  async they_come_in_order_with_their_values() {
    const ready = new Ready();
    const runs = order([3, 5], ['not theirs', 'a', 'b', 'c', 'd', 'not theirs either']);
    same([runs.end, runs.values, runs.latest], [10, 4, 5]);
    ready.push(runs);
    ready.push(jobOf([wire.RUN, 106, 6, 8, 0, 0, 0], 0, []));
    const numbers = [wire.RUNS, 9, wire.FUTURE + wire.NUMBERS, 1, 2, 107, 7, 0.5, 108, 2 ** 40, -0];
    ready.push(new Runs(numbers, 0, [], 0));
    same(allOf(ready), [
      [103, 3, 7, 'a', 'b'],
      [105, 5, 7, 'c', 'd'],
      [106, 6, 8],
      [107, 7, 9, 0.5],
      [108, 2 ** 40, 9, -0],
    ]);
    same(ready.isEmpty, true);
  },

  async what_is_taken_out_does_not_come_and_the_others_do() {
    const ready = new Ready();
    ready.push(order([1, 2, 3, 4], [0, 1, 1, 2, 2, 3, 3, 4, 4]));
    ready.push(jobOf([wire.RUN, 105, 5, 8, 0, 0, 0], 0, []));
    same(ready.next()?.run, 1);
    const [taken, ...others] = [3, 5, 4, 1, 3, 9].map((run) => ready.take(run));
    same([taken?.task, taken?.args], [103, [3, 3]]);
    same(
      others.map((job) => job?.run),
      [5, 4, undefined, undefined, undefined],
    );
    same(allOf(ready), [[102, 2, 7, 2, 2]]);
    same([ready.isEmpty, ready.next()], [true, undefined]);
  },
};
