// What the library offers to JavaScript. The glue re-exports it, with `init` as the default export.

import { openHubs } from './client/opening.js';

export { Client } from './client/client.js';
export { delayed, Delayed } from './client/delayed.js';
export {
  CancelledError,
  ClosedClientError,
  CoordinationError,
  DataCloneError,
  InvalidTaskError,
  KeyConflictError,
  KilledWorkerError,
  LostActorError,
  LostDataError,
  MemoryLimitError,
  PanicError,
  TimeoutError,
  WorkerStartError,
} from './client/errors.js';
export { fireAndForget } from './client/forgotten.js';
export { Future } from './client/future.js';
export { repeat } from './client/map.js';
export { progress } from './client/progress.js';
export { asCompleted, wait } from './client/waiting.js';
export { getClient } from './task.js';
export { expose, serve } from './worker/serve.js';

openHubs();
