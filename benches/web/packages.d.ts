// The packages of `benches/package.json`, which only `cargo xtask bench` installs; so their types are not at hand.
declare module 'comlink';
declare module 'esbuild';
declare module 'multithreading';
declare module 'poolifier-web-worker';
declare module 'threads';
declare module 'threads/worker';
declare module 'workerpool';
