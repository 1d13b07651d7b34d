// The client, for tasks: what a worker loads when one of them asks for it first.

import { Client } from '../client/client.js';
import { delayed } from '../client/delayed.js';
import { Driver } from '../client/driver.js';
import { fireAndForget } from '../client/forgotten.js';
import { useBase } from '../client/functions.js';
import { asCompleted, wait } from '../client/waiting.js';
import { Line } from './line.js';

/** What goes with a client where nothing can be imported. */
export const beside = { asCompleted, delayed, fireAndForget, wait };

/**
 * @param {import('./line.js').Link} link
 */
export function open(link) {
  useBase(link.base);
  const line = new Line(link);
  return {
    /** A client that some runs have. @param {number[]} runs */
    client(runs) {
      const driver = new Driver(/** @type {any} */ (line));
      line.enter(driver, runs);
      return Client.over(driver, link.name);
    },
    receive: (/** @type {any[][]} */ news) => line.receive(news),
  };
}
