/// <reference lib="esnext.disposable" />

// The JavaScript API. The generated package has all of it in one file, and adds the default export, `init`: await it once
// before the first Client. It loads the wasm from beside the glue, or from what it is given: `init({ module_or_path: url })`.

export * from './types/errors.js';
export * from './types/values.js';
export * from './types/options.js';
export * from './types/actors.js';
export * from './types/client.js';
export * from './types/coordination.js';
export * from './types/sizing.js';
export * from './types/future.js';
export * from './types/task.js';
export * from './types/waiting.js';
export * from './types/worker.js';
