// Where an input belongs in a call, as one number: its place among the arguments, or its place in a list that is an argument.

/** Places among the arguments that a number can say. */
const PLACES = 0x1_0000;
/** Places in a list that it can say, in 31 bits with that of the list. */
const ELEMENTS = 0x7fff;

/** What no number says: a path does. */
export const INSIDE = -1;

/** The position of an argument. @param {number} place */
export function ofArgument(place) {
  return place < PLACES ? place : INSIDE;
}

/** The positions in a list can be said if it is no longer than that. @param {number} place @param {number} length */
export function canSay(place, length) {
  return place < PLACES && length < ELEMENTS;
}

/**
 * The position of what stands in a list.
 * @param {number} place of the list among the arguments
 * @param {number} element
 */
export function ofElement(place, element) {
  return place + PLACES * (element + 1);
}

/**
 * Puts a value where it belongs.
 * @param {any[]} args
 * @param {number} position Not `INSIDE`.
 * @param {unknown} value
 */
export function putAt(args, position, value) {
  if (position < PLACES) args[position] = value;
  else args[position & (PLACES - 1)][(position >> 16) - 1] = value;
}
