// The tasks that the worker exposes.

import { ONE } from './numbers.js';

/** @param {number} x */
export const inc = (x) => x + ONE;

/** @param {number} x @param {number} y */
export const add = (x, y) => x + y;
