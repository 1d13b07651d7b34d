// What must type-check, and what must not. Compiled, never run.

import {
  asCompleted,
  CancelledError,
  Client,
  type Computed,
  DataCloneError,
  type Delayed,
  delayed,
  expose,
  fireAndForget,
  Future,
  type Gathered,
  InvalidTaskError,
  MemoryLimitError,
  progress,
  repeat,
  serve,
  type TaskReference,
  wait,
  TimeoutError,
  KilledWorkerError,
} from '../src/index.js';
import { getSignal, getWorker, Reschedule } from 'webfutures/task';

/** Fails to compile unless both types are the same. */
type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
const is = <T extends true>(): T => true as T;

const inc = (x: number) => x + 1;
const add = (a: number, b: number) => a + b;
const slow = async (x: string) => x.length;
const total = (xs: number[]) => xs.reduce(add);
const norm = ({ x, y }: { x: number; y: number }) => Math.hypot(x, y);
const optional = (a: number, b?: string) => `${a}${b}`;
const variadic = (...xs: number[]) => xs.length;
const sumMap = (m: Map<string, number>, s: Set<number>) => m.size + s.size;
class Point {
  #secret = 1;
  x = 0;
  length() {
    return this.x + this.#secret;
  }
}

const client = new Client({ workers: 4, concurrency: 8, name: 'types' });
new Client();
new Client({ createWorker: () => new Worker('worker.js', { type: 'module' }) });
new Client({ workerUrl: new URL('https://example.com/worker.js') });
// @ts-expect-error workers is a number
new Client({ workers: '4' });
// @ts-expect-error no such option
new Client({ threads: 4 });
new Client({ workers: [{ name: 'a', resources: { gpu: 1 } }, {}] });
client.with({ key: ['a'], pure: false, priority: 1, retries: 2, workers: ['a', 0], resources: { gpu: 1 } }).with({});
// @ts-expect-error no such option
client.with({ priorities: 1 });
// @ts-expect-error futures are made by a client
new Future<number>();

export async function submitting() {
  const a = client.submit(inc, 1);
  is<Equal<typeof a, Future<number>>>();
  is<Equal<Awaited<typeof a>, number>>();
  const length = client.submit(slow, 'abc');
  is<Equal<typeof length, Future<number>>>();
  const awaited: number = await a;
  const result: number = await a.result({ timeout: 100, signal: new AbortController().signal });

  // Futures and lazy calls stand for values, at any depth.
  client.submit(inc, a);
  client.submit(add, a, 2);
  client.submit(inc, delayed(inc)(1));
  client.submit(total, [a, 2, delayed(inc)(3)]);
  client.submit(
    total,
    client.submit(() => [1, 2]),
  );
  client.submit(norm, { x: a, y: 2 });
  client.submit(
    norm,
    client.submit(() => ({ x: 1, y: 2 })),
  );
  client.submit(sumMap, new Map([['a', a]]), new Set([a]));
  client.submit((rows: { cells: number[] }[]) => rows.length, [{ cells: [a, 1] }]);
  client.submit(optional, 1);
  client.submit(optional, a, 'x');
  client.submit(variadic, 1, a, 3);
  client.submit((data: Float64Array) => data.length, new Float64Array(1));
  client.submit((data: Float64Array) => data.length, client.scatter(new Float64Array(1)));
  client.submit((value: number | string) => String(value), a);
  client.submit((value: unknown) => value, { anything: a });
  client.submit((date: Date) => date.getTime(), new Date());
  const done = client.submit(() => {});
  is<Equal<typeof done, Future<void>>>();

  // Parameters without types get them from the arguments.
  const inferred = client.submit((x, y) => x + y, 1, 2);
  is<Equal<typeof inferred, Future<number>>>();
  const fromFuture = client.submit((x) => x.toFixed(), a);
  is<Equal<typeof fromFuture, Future<string>>>();

  // @ts-expect-error a string is no number
  client.submit(inc, '1');
  // @ts-expect-error a future of a number is no string
  client.submit(slow, a);
  // @ts-expect-error too few arguments
  client.submit(add, 1);
  // @ts-expect-error too many arguments
  client.submit(inc, 1, 2);
  // @ts-expect-error a future of the wrong type inside
  client.submit(total, [length, client.submit(() => 'x')]);
  // @ts-expect-error a misspelt field
  client.submit(norm, { x: a, z: 2 });
  // @ts-expect-error no function
  client.submit('inc', 1);
  // @ts-expect-error classes are no tasks
  client.submit(Point);
  return [awaited, result];
}

export async function mapping() {
  const squares = client.map(inc, [1, 2, 3]);
  is<Equal<typeof squares, Future<number>[]>>();
  client.map(inc, squares);
  client.map(add, new Set([1]), squares);
  client.map(
    add,
    squares.map((future) => future),
    [delayed(inc)(1)],
  );
  const untyped = client.map((x) => x * x, [1, 2, 3]);
  is<Equal<typeof untyped, Future<number>[]>>();
  const texts = client.map((x, y) => y.repeat(x), [1, 2], ['a', 'b']);
  is<Equal<typeof texts, Future<string>[]>>();
  // @ts-expect-error no iterable
  client.map(inc, 1);
  // @ts-expect-error the wrong elements
  client.map(inc, ['a']);
}

export async function gathering() {
  const n = client.submit(inc, 1);
  const s = client.submit(() => 'text');
  const [one, two, three] = await client.gather([n, s, 5]);
  is<Equal<typeof one, number>>();
  is<Equal<typeof two, string>>();
  is<Equal<typeof three, 5>>();
  const list = await client.gather(client.map(inc, [1]));
  is<Equal<typeof list, number[]>>();
  const single = await client.gather(n);
  is<Equal<typeof single, number>>();
  const deep = await client.gather({ n, inside: { list: [s] }, map: new Map([['k', n]]), set: new Set([s]) });
  is<Equal<typeof deep.n, number>>();
  is<Equal<(typeof deep)['inside']['list'], [string]>>();
  is<Equal<typeof deep.map, Map<string, number>>>();
  is<Equal<typeof deep.set, Set<string>>>();
  is<Equal<Gathered<Point>, Point>>();
  is<Equal<Gathered<Float64Array>, Float64Array>>();
  is<Equal<Gathered<any>, any>>();
  const skipped = await client.gather([n, n], { errors: 'skip' });
  is<Equal<typeof skipped, number[]>>();
  const maybe = await client.gather(n, { errors: 'skip' });
  is<Equal<typeof maybe, number | null>>();
  const inner = await client.gather({ n }, { errors: 'skip' });
  is<Equal<typeof inner.n, number | null>>();
  // @ts-expect-error it is 'throw' or 'skip'
  await client.gather(n, { errors: 'ignore' });
}

export function scattering() {
  const list = client.scatter([1, 2]);
  is<Equal<typeof list, Future<number>[]>>();
  const fields = client.scatter({ x: 1, name: 'a' });
  is<Equal<typeof fields, { x: Future<number>; name: Future<string> }>>();
  const number = client.scatter(5);
  is<Equal<typeof number, Future<number>>>();
  const table = client.scatter(new Map([['a', 1]]));
  is<Equal<typeof table, Future<Map<string, number>>>>();
  const data: Future<Float32Array> = client.scatter(new Float32Array(4));
  client.scatter(5, { broadcast: true, hash: false, transfer: [new ArrayBuffer(8)] });
  client.scatter(5, { broadcast: 2 });
  // @ts-expect-error: there is no such option
  client.scatter(5, { broadcats: true });
  return data;
}

export async function copyingAndLookingIn() {
  const [future] = client.map(add, [1, 2], repeat(3));
  client.map(add, [1, 2], repeat(client.submit(inc, 1)));
  // @ts-expect-error: a constant is an argument like others
  client.map(add, [1, 2], repeat('3'));
  await client.replicate(future, 2);
  await client.rebalance([future]);
  const holders = client.whoHas(future);
  is<Equal<typeof holders, Record<string, string[]>>>();
  const { workers, tasks } = client.schedulerInfo();
  is<Equal<(typeof tasks)['memory'], number>>();
  const limit = workers.a.memoryLimit;
  is<Equal<typeof limit, number | undefined>>();
  const { nbytes } = future;
  is<Equal<typeof nbytes, number | undefined>>();
  new Client({ memoryLimit: 1e9, workers: [{ name: 'a', memoryLimit: 2e9 }] });
  return new MemoryLimitError('data', 2, 1).limit;
}

export function lazily() {
  const lazyAdd = delayed(add, { pure: true, name: 'plus' });
  const three = lazyAdd(1, delayed(inc)(1));
  is<Equal<typeof three, Delayed<number>>>();
  lazyAdd(client.submit(inc, 1), three);
  const future = client.compute(three);
  is<Equal<typeof future, Future<number>>>();
  const pair = client.compute([three, delayed(slow)('x'), 5]);
  is<Equal<typeof pair, [Future<number>, Future<number>, 5]>>();
  const whole = client.compute({ a: three, b: [three] });
  is<Equal<typeof whole, Future<{ a: number; b: [number] }>>>();
  is<Equal<Computed<number>, number>>();
  is<Equal<Computed<Point>, Point>>();
  // @ts-expect-error the wrong argument
  lazyAdd('1', 2);
  // @ts-expect-error a future is not lazy, and a lazy call is no future
  const wrong: Future<number> = three;
  return wrong;
}

/** Stands for `typeof import('./tasks.js')`. */
interface Tasks {
  inc(x: number): number;
  load(url: string): Promise<Uint8Array>;
  VERSION: string;
}

export function referring() {
  const tasks = client.module<Tasks>(new URL('https://example.com/tasks.js'));
  is<Equal<typeof tasks.inc, TaskReference<[x: number], number>>>();
  const one = client.submit(tasks.inc, 1);
  is<Equal<typeof one, Future<number>>>();
  const bytes = client.submit(tasks.load, 'x');
  is<Equal<typeof bytes, Future<Uint8Array>>>();
  client.map(tasks.inc, [1, one]);
  const lazy: Delayed<number> = delayed(tasks.inc)(1);
  const exposed = client.submit(client.exposed<Tasks>().inc, 1);
  is<Equal<typeof exposed, Future<number>>>();
  const untyped = client.submit(client.module('./tasks.js').anything, 1, 'x');
  is<Equal<typeof untyped, Future<any>>>();
  // @ts-expect-error a string is no number
  client.submit(tasks.inc, '1');
  // @ts-expect-error no such export
  client.submit(tasks.decrement, 1);
  // @ts-expect-error not a function
  client.submit(tasks.VERSION);
  // @ts-expect-error a reference cannot be called here
  tasks.inc(1);
  return lazy;
}

export async function waiting() {
  const futures = client.map(inc, [1, 2]);
  const { done, notDone } = await wait(futures, { timeout: 5, returnWhen: 'FIRST_EXCEPTION' });
  is<Equal<typeof done, Set<Future<number>>>>();
  for (const future of notDone) future.release();
  // @ts-expect-error an iterable of futures
  await wait(futures[0]);
  // @ts-expect-error no such mode
  await wait(futures, { returnWhen: 'SOME' });

  const completed = asCompleted(futures);
  for await (const future of completed) {
    is<Equal<typeof future, Future<number>>>();
    completed.add(client.submit(inc, future));
  }
  for await (const [future, value] of asCompleted(futures, { withResults: true })) {
    is<Equal<typeof value, number>>();
    future.release();
  }
  for await (const [, value] of asCompleted(futures, { withResults: true, raiseErrors: false })) {
    is<Equal<typeof value, number | Error>>();
  }
  const later = asCompleted<number>();
  later.update(futures);
  const batch = await later.nextBatch({ block: false });
  is<Equal<typeof batch, Future<number>[]>>();
  for await (const several of later.batches()) several.length;
  // @ts-expect-error futures of strings among futures of numbers
  later.add(client.submit(() => 'x'));

  const bar = progress(futures);
  document.body.append(bar);
  const { pending }: { pending: number } = bar.counts;
  return pending;
}

export async function looking() {
  const future = client.submit(inc, 1);
  is<Equal<typeof future.status, 'pending' | 'finished' | 'error' | 'cancelled' | 'lost'>>();
  future.addDoneCallback((done) => done.cancel({ reason: 'late' }));
  client.retry([future]);
  const type: string | undefined = future.type;
  const error: Error | null = await future.exception();
  const { tasks, workers } = await client.stats();
  const { records, next } = client.taskStream({ since: 0 });
  const numbers: number[] = [tasks, workers[0].results, workers[0].bytes, next, records[0].duration];
  const keys: string[] = client.processing()['types-0'];
  const [{ from, to, time }] = client.story(future);
  client.story(future.key);
  client.scale(2);
  const same: Client = await client.ready;
  // @ts-expect-error read-only
  future.key = 'x';
  // @ts-expect-error read-only
  client.name = 'x';
  return [type, error, numbers, keys, from, to, time, same];
}

export async function disposing() {
  await using scoped = new Client();
  using future = scoped.submit(inc, 1);
  try {
    await future;
  } catch (error) {
    if (error instanceof CancelledError) String(error.reason).trim();
    if (error instanceof DataCloneError) error.path.trim();
    if (error instanceof InvalidTaskError) error.message.trim();
  }
}

export async function limiting() {
  const limited = client.with({ timeout: 100, deadline: 1000, signal: new AbortController().signal });
  new Client({ taskTimeout: 1000, spare: false, startTimeout: 5000 });
  // @ts-expect-error milliseconds
  client.with({ timeout: '1 s' });
  const future = limited.submit(inc, 1);
  fireAndForget(future);
  fireAndForget([future]);
  // @ts-expect-error futures
  fireAndForget(inc);
  client.cancel(future, { force: true, running: false, reason: 'enough' });
  try {
    await future;
  } catch (error) {
    if (error instanceof TimeoutError) is<Equal<typeof error.limit, 'wait' | 'timeout' | 'deadline'>>();
    if (error instanceof KilledWorkerError) error.lines.join(error.how);
  }
}

class Counter {
  n = 0;
  add(by: number) {
    return (this.n += by);
  }
  async later(text: string) {
    return text.length;
  }
}

export async function actors(client: Client) {
  const counter = await client.actor(Counter);
  is<Equal<ReturnType<typeof counter.add>, Future<number>>>();
  const length: number = await counter.later(client.submit(() => 'text'));
  const n: number = await counter.n();
  const { Counter: Reference } = client.module<{ Counter: typeof Counter }>('./counter.js');
  const other = await client.actor(Reference);
  other.add(length + n);
  // @ts-expect-error a number
  counter.add('1');
  // @ts-expect-error an attribute is read, not set
  counter.n = 1;
  // @ts-expect-error no class
  client.actor(inc);
}

export async function inside() {
  const { id, name, resources, state } = getWorker();
  state.calls = (state.calls ?? 0) + resources.gpu + id;
  // @ts-expect-error read-only
  resources.gpu = 1;
  if (getSignal().aborted || webfutures.getWorker().name !== name) throw new Reschedule('elsewhere');
  throw new webfutures.Reschedule();
}

export function serving(glue: object) {
  serve();
  serve(glue);
  expose({ inc, add });
  expose({ inc }, glue);
}
