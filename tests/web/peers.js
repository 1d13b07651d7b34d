// What two workers say to each other over their port, in whichever order it comes: one of them, and the other by hand.

import { Peers } from '../../src/worker/peers.js';
import { same } from './check.js';

const OTHER = 7;

/** A worker that holds the results of runs up to 9, and the other's end of the port. */
function worker() {
  const { port1, port2 } = new MessageChannel();
  let turns = 0;
  const peers = new Peers(
    (_task, run) => (run < 10 ? { value: `result ${run}` } : undefined),
    () => {},
    () => {},
    (hear) => {
      turns++;
      hear();
    },
  );
  peers.connect(OTHER, port1);
  /** What came over the port. @type {any[][]} */
  const heard = [];
  let messages = 0;
  /** @type {() => void} */
  let wake = () => {};
  port2.onmessage = ({ data }) => {
    messages++;
    heard.push(...(Array.isArray(data[0]) ? data : [data]));
    wake();
  };
  /** Until the worker has read all that was said: it answers questions in turn. */
  const read = async () => {
    port2.postMessage([0, undefined, 0, false]);
    while (heard.at(-1)?.[0] !== 0) await new Promise((resolve) => (wake = () => resolve(undefined)));
    heard.pop();
  };
  /** What those who wait for a run are given. @type {unknown[]} */
  const taken = [];
  const waiting = {
    take: (/** @type {unknown} */ value) => taken.push(value),
    fail: (/** @type {unknown} */ error) => taken.push(['failed', error]),
    missing: () => taken.push('missing'),
  };
  const close = () => {
    port1.close();
    port2.close();
  };
  return {
    peers,
    say: (/** @type {any[]} */ message) => port2.postMessage(message),
    heard,
    read,
    taken,
    waiting,
    close,
    /** Messages that came over the port, and how often several things were heard together. */
    counts: () => ({ messages, turns }),
  };
}

export const tests = {
  async who_needs_a_result_asks_once_for_all_who_wait() {
    const { peers, say, heard, read, taken, waiting, close } = worker();
    peers.fetch(OTHER, 1, 20, true, waiting);
    peers.fetch(OTHER, 1, 20, true, waiting);
    await read();
    same(heard, [[20, undefined, 1, true]]);
    say([20, { value: 'twenty' }, false]);
    await read();
    same(taken, ['twenty', 'twenty']);
    close();
  },

  async what_the_page_has_asked_for_is_not_asked_for_again() {
    const { peers, say, heard, read, taken, waiting, close } = worker();
    peers.expect(OTHER, 20);
    peers.fetch(OTHER, 1, 20, false, waiting);
    await read();
    same([heard, taken], [[], []]);
    say([20, { value: 'twenty' }, true]);
    await read();
    same(taken, ['twenty']);
    // That was for then: the next time it asks.
    peers.fetch(OTHER, 1, 20, false, waiting);
    await read();
    same(heard, [[20, undefined, 1, false]]);
    close();
  },

  async a_reply_may_come_before_it_is_expected() {
    const { peers, say, heard, read, taken, waiting, close } = worker();
    say([20, { value: 'twenty' }, true]);
    say([21, { missing: true }, true]);
    await read();
    for (const run of [20, 21]) {
      peers.expect(OTHER, run);
      peers.fetch(OTHER, 1, run, false, waiting);
    }
    same(taken, [], 'before who asks has written down that it waits');
    await read();
    same([heard, taken], [[], ['twenty', 'missing']]);
    close();
  },

  async what_was_expected_and_is_not_needed_is_let_go() {
    const { peers, say, heard, read, taken, waiting, close } = worker();
    // One came early, one comes late; both are here already.
    say([20, { value: 'early' }, true]);
    await read();
    peers.expect(OTHER, 20);
    peers.expect(OTHER, 21);
    say([21, { value: 'late' }, true]);
    await read();
    for (const run of [20, 21]) peers.fetch(OTHER, 1, run, false, waiting);
    await read();
    same(
      [heard, taken],
      [
        [
          [20, undefined, 1, false],
          [21, undefined, 1, false],
        ],
        [],
      ],
      'asked for anew',
    );
    close();
  },

  async the_page_asks_as_the_other_worker_would() {
    const { peers, say, heard, read, close } = worker();
    say([5, undefined, 1, false]);
    await read();
    peers.asked(OTHER, 1, 6, false);
    // Still to come, and then here.
    peers.asked(OTHER, 1, 20, false);
    await read();
    same(
      heard.map(([run, reply, ordered]) => [run, reply, ordered]),
      [
        [5, { value: 'result 5' }, false],
        [6, { value: 'result 6' }, true],
      ],
    );
    close();
  },

  async what_is_small_goes_together() {
    const { peers, say, heard, read, taken, waiting, close, counts } = worker();
    say([
      [5, undefined, 1, false],
      [6, undefined, 2, false],
      [20, { value: 'not asked' }, false],
    ]);
    await read();
    same(
      heard.map(([run, { value }]) => [run, value]),
      [
        [5, 'result 5'],
        [6, 'result 6'],
      ],
    );
    // With the answer to the last question.
    same(counts(), { messages: 2, turns: 1 });
    for (const run of [30, 31, 32]) peers.fetch(OTHER, 1, run, false, waiting);
    peers.flush();
    say([30, 31, 32].map((run) => [run, { value: run }, false]));
    await read();
    same([taken, counts()], [[30, 31, 32], { messages: 4, turns: 2 }]);
    close();
  },

  async when_the_other_is_gone_nobody_waits_for_it() {
    const { peers, taken, waiting, close } = worker();
    peers.expect(OTHER, 20);
    peers.fetch(OTHER, 1, 20, false, waiting);
    peers.gone(OTHER);
    same(taken, ['missing']);
    peers.expect(OTHER, 21);
    peers.fetch(OTHER, 1, 21, false, waiting);
    await null;
    same(taken, ['missing', 'missing']);
    close();
  },
};
