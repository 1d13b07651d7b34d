// When a worker that ran dry stays awake, without a worker: a clock and a queue that the test moves by hand.

import { Vigil } from '../../src/worker/vigil.js';
import { same } from './check.js';

function watched() {
  let now = 0;
  let reported = 0;
  /** @type {(() => void) | undefined} */
  let next;
  const vigil = new Vigil(
    () => reported,
    () => now,
    (again) => {
      next = again;
    },
  );
  vigil.lone = true;
  /** An order comes so many milliseconds after the last report, and is done at once; whether the worker was awake until then. */
  const order = (/** @type {number} */ after) => {
    const end = reported + after;
    while (next && now + 0.05 < end) {
      now += 0.05;
      const again = next;
      next = undefined;
      again();
    }
    const awake = next !== undefined;
    now = end;
    vigil.called();
    reported = now;
    vigil.keep();
    return awake;
  };
  const orders = (/** @type {number} */ count, after = 0.03) => Array.from({ length: count }, () => order(after));
  /** After how many orders that come soon it is awake again. */
  const asleep = () => {
    let count = 0;
    while (!order(0.03)) count += 1;
    return count;
  };
  return { vigil, order, orders, asleep };
}

export const tests = {
  async a_worker_is_awake_when_orders_come_soon_one_by_one() {
    const { vigil, orders, order } = watched();
    vigil.lone = false;
    same(orders(3), [false, false, false]);
    vigil.lone = true;
    same([order(1), ...orders(3)], [false, false, true, true]);
  },

  async a_worker_that_was_awake_in_vain_is_so_less_and_less_often() {
    const { order, orders, asleep } = watched();
    orders(3);
    const pauses = [];
    for (let i = 0; i < 8; i++) {
      same(order(0.5), false);
      pauses.push(asleep());
    }
    // The first order that comes soon, and those that it sleeps through.
    same(pauses, [5, 9, 17, 33, 65, 65, 65, 65]);
  },

  async a_time_in_vain_is_forgiven_after_many_orders_that_found_it_awake() {
    const { order, orders, asleep } = watched();
    orders(3);
    order(0.5);
    asleep();
    order(0.5);
    same(asleep(), 9);
    orders(8);
    order(0.5);
    same(asleep(), 5);
  },

  async a_message_that_asks_for_no_task_does_not_count_as_in_vain() {
    const { vigil, order, orders, asleep } = watched();
    orders(3);
    // What the page lets a worker drop, say.
    vigil.called();
    order(0.5);
    same(asleep(), 1);
  },
};
