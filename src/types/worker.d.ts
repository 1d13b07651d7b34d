// The worker's side, for worker files of your own.

/**
 * Makes a worker of the thread it is called in: for a worker file of your own, see {@link ClientOptions.createWorker}.
 *
 * @param glue the generated module, if there are Rust tasks
 * @example
 * import * as glue from './pkg/app.js';
 * glue.serve(glue);
 */
export function serve(glue?: object): void;

/**
 * Offers functions as tasks, under their names, and serves. Unlike inline functions they may use anything of their module.
 *
 * @param glue the generated module, if there are Rust tasks, too
 * @example
 * import { expose } from 'webfutures/worker';
 * import * as tasks from './tasks.js';
 * expose(tasks); // on the page: client.submit(client.exposed().inc, 1)
 */
export function expose(functions: object, glue?: object): void;

// Only what says `export` is exported.
export {};
