// A promise that is settled from outside, where the language has no `Promise.withResolvers` yet.

/** @returns {PromiseWithResolvers<void>} */
export function withResolvers() {
  /** @type {any} */
  const result = {};
  result.promise = new Promise((resolve, reject) => Object.assign(result, { resolve, reject }));
  // Nobody has to await it: a failure also settles every task.
  result.promise.catch(() => {});
  return result;
}
