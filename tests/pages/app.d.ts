// What `cargo xtask test` builds of `tests/pages/app`.
declare module 'app' {
  export * from 'webfutures';
  export function sumOfSquares(client: import('webfutures').Client, count: number): Promise<number>;
  export default function init(): Promise<unknown>;
}
