// Which names a function's source takes from outside. Errs on the side of none: a good function is never refused.

/**
 * @typedef {object} Token
 * @property {string} text
 * @property {'name' | 'private' | 'number' | 'string' | 'regex' | 'sign' | 'end'} type
 * @property {number} start where it begins in the source
 * @property {boolean} newline whether a line ends before it
 * @property {number} match index of the other bracket, for brackets
 * @property {boolean} [silent] a name that is no use: it is declared here, or is a key or a label
 */

/**
 * The names that a function's source uses and declares nowhere inside itself, in order, each once. Globals are among
 * them: the caller knows which exist. Every name that is declared anywhere counts as declared everywhere, and a name
 * after `typeof` as looked after.
 *
 * @param {string} source of one function, as `toString` gives it
 * @returns {string[]} empty too when the source cannot be read, or holds `eval` or `with`
 */
export function freeVariables(source, tokens = tokenize(source)) {
  const known = tokens && declarations(tokens);
  if (!known) return [];
  /** @type {Set<string>} */
  const free = new Set();
  tokens.forEach((token, i) => {
    if (token.type === 'name' && !token.silent && !KEYWORDS.has(token.text) && isUse(tokens, i)) free.add(token.text);
  });
  return [...free].filter((name) => !known.has(name));
}

const KEYWORDS = new Set(
  (
    'arguments async await break case catch class const continue debugger default delete do else enum export extends false finally ' +
    'for function if import in instanceof let new null return super switch this throw true try typeof var void while yield'
  ).split(' '),
);

/** Words with a meaning only before another word: `get x() {}`, `for (x of y)`. */
const CONTEXTUAL = new Set(['get', 'set', 'static', 'of', 'accessor']);

/** A `(` after these, though a `{` follows its `)`, opens no parameters. */
const HEADS = new Set(['if', 'for', 'while', 'switch', 'await']);

/** A `/` after these words begins a regular expression. */
const BEFORE_VALUE = new Set(
  'await case delete do else extends in instanceof new of return throw typeof void yield'.split(' '),
);

const SPACE = /(?:\s|\/\/.*|\/\*[\s\S]*?\*\/)+/y;
const REGEX = /\/(?:[^\\/[\n]|\\.|\[(?:[^\]\\\n]|\\.)*\])+\/\w*/y;
const TEMPLATE = /(?:[^\\`$]|\\[\s\S]|\$(?!\{))*(?:`|\$\{)/y;
/** @type {[Token['type'], RegExp][]} */
const LEXEMES = [
  ['name', /[\p{ID_Start}$_][\p{ID_Continue}$\u200c\u200d]*/uy],
  ['number', /(?:0[xob][\da-f_]+|(?:\d[\d_]*\.?[\d_]*|\.\d[\d_]*)(?:e[+-]?[\d_]+)?)n?/iy],
  ['string', /'(?:[^'\\\n]|\\[\s\S])*'|"(?:[^"\\\n]|\\[\s\S])*"/y],
  ['private', /#[\p{ID_Start}$_][\p{ID_Continue}$\u200c\u200d]*/uy],
  ['sign', /=>|={2,3}|!={1,2}|\+\+|--|\.{3}|\?\.(?!\d)|[-+*/%&|^!~<>=?:;,.()[\]{}@]/y],
];

/** @param {string} source @returns {Token[] | undefined} nothing when it is not understood */
export function tokenize(source) {
  /** @type {Token[]} */
  const tokens = [];
  /** @type {number[]} */
  const open = [];
  let at = 0;
  /** @param {RegExp} pattern */
  const take = (pattern) => {
    pattern.lastIndex = at;
    const text = pattern.exec(source)?.[0] ?? '';
    at += text.length;
    return text;
  };
  let newline = false;
  let start = 0;
  /** @param {Token['type']} type @param {string} text */
  const push = (type, text) => {
    const token = { type, text, start, newline, match: -1 };
    if (type !== 'sign') return tokens.push(token);
    if (/^(?:[([{]|\$\{)$/.test(text)) open.push(tokens.length);
    if (/^[)\]}]$/.test(text)) {
      token.match = open.pop() ?? -1;
      if (token.match < 0) return 0;
      tokens[token.match].match = tokens.length;
    }
    return tokens.push(token);
  };
  /** The text of a template up to its end or its next `${`. */
  const template = () => {
    const text = take(TEMPLATE);
    push('string', text);
    if (text.endsWith('${')) push('sign', '${');
    return text;
  };
  for (;;) {
    newline = take(SPACE).includes('\n');
    if (at >= source.length) break;
    start = at;
    const next = source[at];
    let done = 0;
    if (next === '`') {
      at++;
      done = template().length;
    } else if (next === '}' && tokens[open.at(-1) ?? -1]?.text === '${') {
      at++;
      push('sign', '}');
      done = template().length;
    } else {
      const regex = next === '/' && valueMayBegin(tokens) ? take(REGEX) : '';
      if (regex) done = push('regex', regex);
      for (let i = 0; !done && i < LEXEMES.length; i++) {
        const text = take(LEXEMES[i][1]);
        if (text) done = push(LEXEMES[i][0], text);
      }
    }
    if (!done) return undefined;
  }
  newline = true;
  push('end', '');
  return open.length ? undefined : tokens;
}

/** Whether a value, and not an operator, comes after these tokens. @param {Token[]} tokens */
function valueMayBegin(tokens) {
  const last = tokens.at(-1);
  if (!last) return true;
  if (last.type === 'name') return BEFORE_VALUE.has(last.text) && !isMember(tokens, tokens.length - 1);
  if (last.type !== 'sign') return false;
  if (last.text === ')') return /^(?:if|for|while)$/.test(tokens[last.match - 1]?.text);
  if (last.text === '}') {
    // A block ends a statement; an object ends a value.
    const before = tokens[last.match - 1];
    return !before || /^(?:[;{})]|=>|else|do|try|finally)$/.test(before.text) || before.type === 'name';
  }
  return !/^(?:\]|\+\+|--)$/.test(last.text);
}

/** Finds all that is declared, and marks the names that are no uses. @param {Token[]} tokens */
function declarations(tokens) {
  /** @type {Set<string>} */
  const known = new Set();
  /** @param {number} i */
  const text = (i) => (tokens[i]?.type === 'string' ? '' : tokens[i]?.text);

  /** Skips an expression up to a comma, semicolon or closing bracket. @param {number} i */
  const skipExpression = (i) => {
    while (tokens[i].type !== 'end' && !/^[,;)\]}]$/.test(text(i))) i = (tokens[i].match > i ? tokens[i].match : i) + 1;
    return i;
  };
  /** A name or a pattern, with its default. @param {number} i @returns {number} what follows */
  const binding = (i) => {
    if (text(i) === '...') i++;
    if (text(i) === '{' || text(i) === '[') {
      bindings(i + 1, tokens[i].match, text(i) === '{');
      i = tokens[i].match + 1;
    } else if (tokens[i].type === 'name' && !KEYWORDS.has(text(i))) {
      known.add(text(i));
      tokens[i++].silent = true;
    }
    return text(i) === '=' ? skipExpression(i + 1) : i;
  };
  /** The bindings between two brackets. @param {number} i @param {number} end @param {boolean} keyed */
  const bindings = (i, end, keyed) => {
    while (i < end) {
      const start = i;
      const key = tokens[i].match > i ? tokens[i].match : i;
      if (keyed && text(key + 1) === ':') {
        tokens[i].silent = true;
        i = key + 2;
      }
      i = binding(i);
      if (text(i) === ',') i++;
      if (i === start) i++;
    }
  };
  /** The members of a class body: what comes before a `=` is a name. @param {number} i */
  const members = (i) => {
    const end = tokens[i].match;
    let value = false;
    for (i++; i < end; i++) {
      if (text(i) === ';' || (tokens[i].newline && text(i - 1) !== '=')) value = false;
      if (text(i) === '=') value = true;
      if (!value && tokens[i].type === 'name') tokens[i].silent = true;
      if (tokens[i].match > i) {
        i = tokens[i].match;
        if (text(i) === '}') value = false;
      }
    }
  };

  for (let i = 0; i < tokens.length; i++) {
    const word = text(i);
    if (isMember(tokens, i) || tokens[i].silent) continue;
    if (word === 'eval' || word === 'with') return undefined;
    if (word === 'typeof' && tokens[i + 1].type === 'name' && !/^(?:\.|\?\.|[[(])$/.test(text(i + 2)))
      known.add(text(i + 1));
    if (word === '=>') {
      if (text(i - 1) === ')') bindings(tokens[i - 1].match + 1, i - 1, false);
      else binding(i - 1);
    } else if (word === '(' && text(tokens[i].match + 1) === '{' && !HEADS.has(text(i - 1))) {
      bindings(i + 1, tokens[i].match, false);
      // A method: its name is a key.
      if (tokens[i - 1]?.type === 'name') tokens[i - 1].silent = true;
    } else if (word === 'var' || word === 'const' || word === 'let') {
      let next = binding(i + 1);
      while (text(next) === ',') next = binding(next + 1);
    } else if (word === 'function' || word === 'class') {
      const name = text(i + 1) === '*' ? i + 2 : i + 1;
      const named = tokens[name].type === 'name' && text(name) !== 'extends';
      if (named) known.add(text(name));
      if (word === 'class' && /^(?:\{|extends)$/.test(text(named ? name + 1 : name))) {
        if (named) tokens[name].silent = true;
        let body = name;
        while (body < tokens.length && text(body) !== '{')
          body = (tokens[body].match > body ? tokens[body].match : body) + 1;
        if (body < tokens.length) members(body);
      }
    }
  }
  return known;
}

/** Whether a name is read or written here, not a key, a label or a word of the grammar. @param {Token[]} tokens @param {number} i */
function isUse(tokens, i) {
  if (isMember(tokens, i)) return false;
  const [before, { text }, after] = [tokens[i - 1], tokens[i], tokens[i + 1]];
  if (before && /^(?:break|continue)$/.test(before.text) && !tokens[i].newline) return false;
  if (CONTEXTUAL.has(text) && (after.type !== 'sign' || /^[[{*(]$/.test(after.text))) {
    return text !== 'of' && after.text === '(';
  }
  if (after.text !== ':' || after.type !== 'sign') return true;
  // A key or a label, unless the colon belongs to `? :` or `case`.
  if (!before || before.type === 'number' || before.type === 'string' || before.type === 'regex') return false;
  if (before.type === 'name') return BEFORE_VALUE.has(before.text) && !/^(?:else|do)$/.test(before.text);
  return !/^(?:[{},;:)\]]|\+\+|--)$/.test(before.text);
}

/** Whether a name comes after a dot. @param {Token[]} tokens @param {number} i */
function isMember(tokens, i) {
  const before = tokens[i - 1];
  return before?.type === 'sign' && /^(?:\.|\?\.)$/.test(before.text);
}
