// Joins workers by channels, over which values go that the page never sees.

import { MARK } from '../words.js';

/** @import { Member } from './pool.js' */

/**
 * Joins two workers; returns the first one's end, the other's is sent to it.
 * @param {Member} member
 * @param {number} holder
 * @param {Map<number, Member>} members
 */
export function connect(member, holder, members) {
  const other = members.get(holder);
  const { port1, port2 } = new MessageChannel();
  member.ports.add(holder);
  // It has just died: word of that follows.
  if (!other) return port1;
  other.ports.add(member.id);
  other.worker.postMessage([MARK, [], [], { functions: [], ports: [[member.id, port2]] }], [port2]);
  return port1;
}
