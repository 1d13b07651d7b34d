// What the subjects are given to do. Each function is self-contained, for some subjects send it as its source.

/** @param {number} [_number] makes the call another one */
export const noop = (_number) => 0;

/** @param {number} x */
export const inc = (x) => x + 1;

/** @param {number[]} values */
export const sum = (values) => values.reduce((a, b) => a + b, 0);

/**
 * Computes for so long.
 * @param {number} milliseconds
 * @param {number} [_number] makes the call another one
 */
export const spin = (milliseconds, _number) => {
  const end = performance.now() + milliseconds;
  let turns = 0;
  while (performance.now() < end) turns++;
  return Math.min(turns, 1);
};

/** @param {ArrayBuffer} buffer */
export const echo = (buffer) => buffer;

/**
 * 256 KiB.
 * @param {number} value
 * @param {number} [_number] makes the call another one
 */
export const leaf = (value, _number) => new Float64Array(32_768).fill(value);

/**
 * @param {Float64Array} a
 * @param {Float64Array} b
 */
export const add = (a, b) => {
  const sums = new Float64Array(a.length);
  for (let i = 0; i < a.length; i++) sums[i] = a[i] + b[i];
  return sums;
};

/** @param {Float64Array} values */
export const total = (values) => values.reduce((a, b) => a + b, 0);

/**
 * A small result.
 * @param {number} x
 */
export const point = (x) => ({ x, y: -x });

/** By name, as the workers of the subjects offer them. */
export const tasks = { noop, inc, sum, spin, echo, leaf, add, total, point };

/** Calls that warm every one of them, with fresh arguments each time. @type {() => [keyof typeof tasks, unknown[]][]} */
export const warming = () => [
  ['noop', [0]],
  ['inc', [1]],
  ['sum', [[1, 2]]],
  ['spin', [1]],
  ['echo', [new ArrayBuffer(8)]],
  ['leaf', [1]],
  ['add', [new Float64Array(8), new Float64Array(8)]],
  ['total', [new Float64Array(8)]],
  ['point', [1]],
];

/**
 * What can be moved to another thread instead of being copied, among arguments or of a result.
 * @param {unknown[]} values
 * @returns {ArrayBuffer[]}
 */
export const movable = (values) =>
  values.flatMap((value) => {
    if (value instanceof ArrayBuffer) return [value];
    return value instanceof Float64Array ? [/** @type {ArrayBuffer} */ (value.buffer)] : [];
  });

/** Resolves when a task that was handed to an idle worker has begun for sure. @returns {Promise<void>} */
export const begun = () => new Promise((resolve) => setTimeout(resolve, 50));
