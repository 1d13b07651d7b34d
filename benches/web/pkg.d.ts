// What `cargo xtask bench` builds beside these pages: the JavaScript API and wasm-bindgen's `init`.
declare module '*/pkg/webfutures.js' {
  export * from 'webfutures';
  export default function init(): Promise<unknown>;
}
declare module '*/scheduler/webfutures_bench.js' {
  export function shapes(): string[];
  export function run(shape: string, tasks: number): Float64Array;
  export default function init(): Promise<unknown>;
}
