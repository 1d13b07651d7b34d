// The names that a function's source takes from outside: found, and never invented.

import { freeVariables } from '../../src/client/free-variables.js';
import { same } from './check.js';

/** Sources, and what they use from outside (globals among it). @type {Record<string, [source: string, free: string][]>} */
const SHAPES = {
  uses: [
    ['x => x * scale', 'scale'],
    ['() => a + b.c - d[e]', 'a b d e'],
    ['x => ({ x, scale })', 'scale'],
    ['x => ({ x: scale, y: x })', 'scale'],
    ['x => ({ [key]: x })', 'key'],
    ['x => [...list, x]', 'list'],
    ['x => f(...args1, x)', 'f args1'],
    ['x => `${scale} times ${`${inner}`} and ${x}`', 'scale inner'],
    ['x => tag`text ${x}`', 'tag'],
    ['x => x ? yes : no', 'yes no'],
    ['x => x?.a ?? fallback?.b', 'fallback'],
    ['function f(x) { total += x; return total; }', 'total'],
    ['function f(x) { counter++; --other; }', 'counter other'],
    ['async x => await load(x)', 'load'],
    ['x => new Model(x)', 'Model'],
    ['x => { class A extends Base { y = scale; } return new A(x); }', 'Base scale'],
    ['x => { switch (x) { case ONE: return 1; default: return DEFAULT1; } }', 'ONE DEFAULT1'],
    ['x => x instanceof Model || key in x', 'Model key'],
    ['function f({ a = scale, b: { c } = other }) { return a + c; }', 'scale other'],
    ['(x, y = helper(x)) => y', 'helper'],
    ['x => { for (const y of list) x += y; return x; }', 'list'],
    ['x => { for (const k in table) x += k; return x; }', 'table'],
    ['x => { try { return x; } catch { return fallback; } }', 'fallback'],
    ['x => get(x, "a")', 'get'],
    ['x => delete cache[x]', 'cache'],
    ['x => void log(x), y', 'log y'],
    ['function f(x) { return [1, 2].map(n => n * x * scale) }', 'scale'],
    ['x => x / scale / 2', 'scale'],
    ['x => /scale/.test(x) / divisor', 'divisor'],
    ['x => typeof config.scale === "number" ? x : 0', 'config'],
    ['x => Math.max(x, 0)', 'Math'],
    ['x => JSON.stringify(x) + NaN', 'JSON NaN'],
    ['x => a\n? b\n: c', 'a b c'],
    ['fact => n => n < 2 ? 1 : n * factorial(n - 1)', 'factorial'],
  ],
  declarations: [
    ['x => x', ''],
    ['(a, b) => a + b', ''],
    ['(a, b = a, ...rest) => a + b + rest.length', ''],
    ['({ a, b: c, d: { e = a, ...f }, ["k"]: g, 5: h, "s": i }) => a + c + e + f + g + h + i', ''],
    ['([a, , b = 2, [c], ...d]) => a + b + c + d', ''],
    ['function f(x) { return x < 2 ? 1 : x * f(x - 1); }', ''],
    [
      'function f() { var a = 1, b = a, c; let d = 2, [e, g] = [3, 4]; const { h, i: j } = {}; return a + b + c + d + e + g + h + j }',
      '',
    ],
    ['x => { const y = (p, q) => p + q, z = function g(n) { return n ? g(n - 1) : y(n) }; return z(x) }', ''],
    ['x => { for (let i = 0, n = x; i < n; i++) x += i; return x }', ''],
    ['x => { for (const [k, v] of Object.entries(x)) x = k + v; return x }', 'Object'],
    ['async x => { for await (const { a } of x) x = a; return x }', ''],
    ['x => { try { x() } catch (error) { return error.message } finally { x = 0 } }', ''],
    ['x => { try { x() } catch ({ name, message: text }) { return name + text } }', ''],
    ['x => { class A { constructor(y) { this.y = y } static make() { return new A(1) } } return A.make(x) }', ''],
    ['x => { const B = class C { m() { return C } }; return new B(x) }', ''],
    ['x => later(); function later() {}', ''],
    ['x => { return later(x); function later(y) { return y } }', ''],
    ['x => { if (x) { var y = 1 } return y }', ''],
    ['function () { return arguments.length + this.x }', ''],
    ['function f() { return new.target || import.meta.url }', ''],
    ['async x => (await import(x)).default', ''],
    ['x => [x].map(async y => { await y; return y })', ''],
    ['x => [x].map(async (y, i) => y + i)', ''],
    ['x => { const fib = n => n < 2 ? n : fib(n - 1) + fib(n - 2); return fib(x) }', ''],
    ['x => { let a, b; ({ a, b = 1 } = x); [a, b] = [b, a]; return a }', ''],
    ['x => { var a = 1\n var b = 2\n return a + b + x }', ''],
    ['x => { let {length} = x; return length }', ''],
  ],
  'keys and labels': [
    ['x => ({ a: 1, b: x, "c": 2, 5: 3 })', ''],
    ['x => ({ get a() { return x }, set a(v) { x = v }, async b() {}, *c() {}, async *d() {}, [x]() {}, e() {} })', ''],
    ['x => ({ get: 1, set: 2, static: 3, of: 4, async: 5, await: 6 })', ''],
    ['x => ({ if: 1, class: 2, function: 3, typeof: x, var: 4, new: 5 }).class', ''],
    ['x => x.scale.deep?.deeper?.[x].more', ''],
    ['x => { outer: for (;;) { inner: while (x) { if (x) break outer; continue inner } } return x }', ''],
    ['x => { x = 1\nouter: for (;;) break outer\nreturn x }', ''],
    [
      'x => { class A { a = 1; b; static c = 2; #d = 3; "e" = 4; [x] = 5; f() { return this.#d } get g() { return 6 } static { this.h = 7 } } return A }',
      '',
    ],
    [
      'x => { class A { a = 1\n b = 2\n static async *c() {}\n d\n #e\n static f = () => 1\n g = { h: 1 }\n i } return A }',
      '',
    ],
    ['x => { class A { #p; has(o) { return #p in o } } return A }', ''],
    ['x => { switch (x) { case 1: { return x } case "a": label: for (;;) break label; default: return x } }', ''],
    ['x => x ? { a: 1 } : { b: 2 }', ''],
    ['x => x ? y => y : z => z', ''],
    ['inc(x) { return x + 1 }', ''],
    ['async inc(x) { return x + 1 }', ''],
    ['["a" + "b"](x) { return x }', ''],
    ['get(key) { return key }', ''],
    ['function f() { "use strict"; return 1 }', ''],
  ],
  'strings, templates, expressions, comments': [
    ["x => \"scale\" + 'it\\'s scale' + `scale`", ''],
    ['x => /* scale */ x // more scale\n', ''],
    ['x => `a ${x} b ${ { c: `${x}` }.c } d`', ''],
    ['x => `\\${scale} \\` $ { } $${x}`', ''],
    ['x => /[/"\'`]scale/.test(x)', ''],
    ['x => /\\/scale"/g.exec(x)', ''],
    ['x => { return /scale/i.test(x) }', ''],
    ['x => { if (x) /scale"/.test(x); return x }', ''],
    ['x => { x = x / 2; return x / "scale".length }', ''],
    ['x => (x) / 2 / x', ''],
    ['x => x[0] / x[1] / 2', ''],
    ['x => x++ / 2 / x', ''],
    ['x => { {} /scale"/.test(x) }', ''],
    ['x => [/a"/, /b\'/].some(r => r.test(x))', ''],
    ['x => x.replace(/[\\]"/]+/g, "").split(/,/)', ''],
    ['x => 0xff + 1_000 + .5e-3 + 5. + 10n + 0b11 + 1e9', ''],
    ['x => x ?.5 : 1', ''],
    ['x => "line \\\n scale"', ''],
  ],
  'minified and compiled': [
    ['(e,t)=>{let n=0;for(let r=0;r<e.length;r++)n+=e[r]*t;return n}', ''],
    ['e=>{var{a:t,b:n=t}=e;return t?n:t||n}', ''],
    ['function(e){return void 0===e&&(e=1),e<0?-e:e}', ''],
    ['e=>e.reduce(((e,t)=>e+t),0)/e.length', ''],
    ['async function(e){const t=await fetch(e);return(await t.json()).map(({id:e})=>e)}', 'fetch'],
    ['e=>{for(var t,n=[],r=0,o=e;r<o.length;r++)t=o[r],n.push(t);return n}', ''],
    ['function t(e){switch(e){case"a":return 1;case"b":return 2}return n(e)}', 'n'],
    // Down-levelled: default and rest parameters, destructuring, template, for of.
    [
      'function (a, b) { if (b === void 0) { b = 2; } var rest = []; for (var _i = 2; _i < arguments.length; _i++) { rest[_i - 2] = ' +
        'arguments[_i]; } var _a = a, c = _a.c, _b = _a.d, d = _b === void 0 ? 1 : _b; return "".concat(c).concat(d) + b + rest; }',
      '',
    ],
    ['function f(x) { return __awaiter(this, void 0, void 0, function* () { yield x; }); }', '__awaiter'],
    [
      'function f(xs) { var e_1, _a; try { for (var xs_1 = __values(xs), xs_1_1 = xs_1.next(); !xs_1_1.done; xs_1_1 = xs_1.next()) ' +
        '{ var x = xs_1_1.value; } } catch (e_1_1) { e_1 = { error: e_1_1 }; } finally { if (e_1) throw e_1.error; } return x || _a; }',
      '__values',
    ],
    ['(x) => { cov_1abc().s[0]++; return x }', 'cov_1abc'],
  ],
  'left alone': [
    ['x => typeof process !== "undefined" && process.env', ''],
    ['x => typeof Deno', ''],
    ['x => eval("scale")', ''],
    ['function f(x) { with (x) { return scale } }', ''],
    ['x => unfinished(', ''],
    ['x => "unfinished', ''],
    ['x => \\u0061bc', ''],
    ['x => of(x)', ''],
  ],
};

export const tests = {
  async every_shape_of_function_is_understood() {
    const wrong = [];
    for (const [group, shapes] of Object.entries(SHAPES)) {
      for (const [source, free] of shapes) {
        const found = freeVariables(source).join(' ');
        if (found !== free) wrong.push(`${group}: ${source}\n  uses "${found}", not "${free}"`);
      }
    }
    same(wrong.join('\n'), '');
  },

  async the_sources_of_this_library_are_understood() {
    // A function that declares all it uses, written as people write: its own parts are taken out one by one.
    const source = String(everything);
    same(freeVariables(source).join(' '), 'Number Map Math Object Promise RegExp');
    for (const name of ['limit', 'weights', 'Shape', 'pattern']) {
      const without = source.replace(new RegExp(`(const|class|let) ${name}\\b`), '$1 other');
      const missing = freeVariables(without).join(' ');
      same(missing.split(' ').includes(name), true, `${name} is missed in "${missing}"`);
    }
  },

  async a_long_source_is_understood() {
    const body = String(everything).replace('async function everything', 'await (async function');
    const long = `async () => { ${`${body})([]);\n`.repeat(200)} }`;
    same(freeVariables(long).join(' '), 'Number Map Math Object Promise RegExp');
  },
};

/**
 * @param {number[]} values
 * @param {{ weights?: Map<number, number>, limit?: number }} [options]
 */
async function everything(values, { weights: given, limit: most = 10 } = {}) {
  const limit = most ?? Number.MAX_VALUE;
  const weights = given ?? new Map();
  const pattern = /^[a-z"'`/]+$/i;
  class Shape {
    static count = 0;
    #size = limit;
    name = `shape ${Shape.count++}`;
    get size() {
      return this.#size;
    }
    scaled(/** @type {number} */ factor) {
      return this.#size * factor;
    }
  }
  const shape = new Shape();
  let sum = 0;
  for (const [i, value] of values.entries()) {
    if (value > limit) continue;
    const { [i]: weight = weights.get(i) ?? 1, ...rest } = { ...values };
    sum += (value * weight) / Math.max(1, Object.keys(rest).length) + shape.scaled(i);
    if (sum > shape.size) break;
  }
  const texts = await Promise.all(
    values.map(async (value, i) => `${value}: ${pattern.test(`${i}`) ? 'text' : shape.name}`),
  );
  switch (texts.length) {
    case 0:
      return { sum, pattern: new RegExp(pattern.source) };
    default:
      return { sum, first: texts[0]?.split(/[:,]/) };
  }
}
