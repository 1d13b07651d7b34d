// Lets the page know the last lines of this worker's console, and errors that nothing has caught: a worker that dies cannot.

/** Lines that are kept until the page is told. */
const LINES = 10;
/** Characters of a line. */
const LONGEST = 300;
/** Milliseconds for which one message may be sent. Saved up, they are good for as many as there are lines. */
const PAUSE = 10;
/** Members of a container that are shown. */
const FEW = 5;

const METHODS = /** @type {const} */ (['debug', 'log', 'info', 'warn', 'error']);

/**
 * Begins to listen; what is returned tells the page at once what it has not been told.
 * @param {(message: unknown[]) => void} post
 * @returns {() => void}
 */
export function overhear(post) {
  /** @type {string[]} */
  let lines = [];
  let credit = LINES;
  let last = performance.now();
  const tell = (/** @type {string | undefined} */ uncaught) => {
    if (lines.length || uncaught !== undefined) post(['webfutures:said', lines, uncaught]);
    lines = [];
  };
  const hear = (/** @type {string} */ line) => {
    lines.push(line.slice(0, LONGEST));
    if (lines.length > LINES) lines.shift();
    const now = performance.now();
    credit = Math.min(LINES, credit + (now - last) / PAUSE);
    last = now;
    // A task that says very much is heard now and then.
    if (credit < 1) return;
    credit--;
    tell(undefined);
  };
  const own = /** @type {any} */ (globalThis).console;
  for (const method of METHODS) {
    const said = own[method];
    own[method] = (/** @type {any[]} */ ...args) => {
      said.apply(own, args);
      try {
        hear(`${method === 'log' ? '' : `${method}: `}${args.map((arg) => show(arg, 0)).join(' ')}`);
      } catch {
        // What cannot be looked at is none of our business.
      }
    };
  }
  const uncaught = (/** @type {string} */ text) => {
    lines.push(`uncaught: ${text}`.slice(0, LONGEST));
    tell(text.slice(0, LONGEST));
  };
  globalThis.addEventListener('error', (event) => {
    const { message, filename, lineno } = /** @type {ErrorEvent} */ (event);
    uncaught(`${message}${filename ? ` (${filename}:${lineno})` : ''}`);
  });
  globalThis.addEventListener('unhandledrejection', (event) => uncaught(show(event.reason, 0)));
  return () => tell(undefined);
}

/**
 * A short text: it must not cost more than to print the value.
 * @param {any} value
 * @param {number} depth
 * @returns {string}
 */
function show(value, depth) {
  if (typeof value === 'string') return depth ? JSON.stringify(value.slice(0, LONGEST)) : value.slice(0, LONGEST);
  if (typeof value === 'function') return `function ${value.name}`;
  if (typeof value !== 'object' || value === null) return typeof value === 'bigint' ? `${value}n` : String(value);
  if (value instanceof Error) return `${value.name}: ${value.message}`;
  if (ArrayBuffer.isView(value)) return `${value.constructor.name}(${value.byteLength} bytes)`;
  if (Array.isArray(value)) {
    if (depth) return `Array(${value.length})`;
    const shown = value.slice(0, FEW).map((item) => show(item, depth + 1));
    return `[${shown.join(', ')}${value.length > FEW ? ', …' : ''}]`;
  }
  const type = value.constructor?.name ?? 'Object';
  if (depth || type !== 'Object') return type;
  const keys = Object.keys(value);
  const shown = keys.slice(0, FEW).map((key) => `${key}: ${show(value[key], depth + 1)}`);
  return `{${shown.join(', ')}${keys.length > FEW ? ', …' : ''}}`;
}
