// What the glue that wasm-bindgen makes of this crate exports: it is not there before the first build.

declare module '*/webfutures_www.js' {
  import type { Client } from 'webfutures';
  export * from 'webfutures';
  /** Loads the module, once. */
  export default function init(): Promise<unknown>;
  /** Makes the search work; returns what to call when other tasks have been submitted. */
  export function mountSearch(client: Client): Promise<() => void>;
  /** The Rust code of the search, as it was compiled. */
  export function listing(): string;
}
