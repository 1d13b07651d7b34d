// Tasks of a module that imports another: plain files only, a bundler copies such a module as it is.

import { ONE } from './numbers.js';

/** @param {number} x */
export const inc = (x) => x + ONE;

/** @param {number} x @param {number} y */
export const add = (x, y) => x + y;
