// The package takes a thread without `window` for no browser, and a worker has none.
Object.assign(globalThis, { window: globalThis });
