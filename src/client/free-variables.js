// Which names a function's source takes from outside. Errs on the side of none: a good function is never refused.

/**
 * @typedef {object} Token
 * @property {string} text empty for values: numbers, strings, regular expressions, private names
 * @property {boolean} name whether it is a name or a keyword
 * @property {number} start where it begins in the source
 * @property {boolean} newline whether a line ends before it
 * @property {number} match index of the other bracket, for brackets
 * @property {boolean} [silent] a name that is no use: it is declared here, or is a key
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
  const free = tokens.filter((_, i) => isUse(tokens, i)).map(({ text }) => text);
  return [...new Set(free)].filter((name) => !known.has(name));
}

const words = (/** @type {string} */ list) => new Set(list.split(' '));

/** A `/` after these begins a regular expression, and a name before a `:` is a value. */
const BEFORE_VALUE = words('await case delete extends in instanceof new of return throw typeof void yield');

const KEYWORDS = words(
  'arguments async await break case catch class const continue debugger default delete do else export extends false ' +
    'finally for function if import in instanceof let new null return super switch this throw true try typeof var void while yield',
);

/** Words with a meaning only before another word: `get x() {}`, `for (x of y)`. */
const CONTEXTUAL = words('get set static of accessor');

/** A `(` after these, though a `{` follows its `)`, opens no parameters. */
const HEADS = words('if for while switch await');

const SPACE = /(?:\s|\/\/.*|\/\*[\s\S]*?\*\/)+/y;
const NAME = /[\p{ID_Start}$_][\p{ID_Continue}$\u200c\u200d]*/uy;
const VALUE = /\.?\d(?:[eE][+-]|[\w.])*|'(?:[^'\\\n]|\\[\s\S])*'|"(?:[^"\\\n]|\\[\s\S])*"|#[^\s\0-#%-@[-^`{-~]+/y;
const REGEX = /\/(?:[^\\/[\n]|\\.|\[(?:[^\]\\\n]|\\.)*\])+\/\w*/y;
const SIGN = /=>|={2,3}|!={1,2}|\+\+|--|\.{3}|\?\.(?!\d)|[-+*/%&|^!~<>=?:;,.()[\]{}@]/y;
/** The text of a template up to its end, or to its next `${`. */
const TEMPLATE = /(?:[^\\`$]|\\[\s\S]|\$(?!\{))*(?:`|\$\{)/y;

/** @param {string} source @returns {Token[] | undefined} closed by a `;` of our own; nothing when it is not understood */
export function tokenize(source) {
  /** @type {Token[]} */
  const tokens = [];
  /** @type {number[]} */
  const open = [];
  let at = 0;
  let start = 0;
  let newline = false;
  /** @param {RegExp} pattern */
  const take = (pattern) => {
    pattern.lastIndex = at;
    const text = pattern.exec(source)?.[0] ?? '';
    at += text.length;
    return text;
  };
  /** @param {string} text @param {boolean} [name] */
  const push = (text, name = false) => {
    let match = -1;
    if (/^(?:[([{]|\$\{)$/.test(text)) {
      open.push(tokens.length);
    } else if (/^[)\]}]$/.test(text)) {
      match = open.pop() ?? -1;
      if (match < 0) return false;
      tokens[match].match = tokens.length;
    }
    return tokens.push({ text, name, start, newline, match }) > 0;
  };
  for (;;) {
    newline = take(SPACE).includes('\n');
    start = at;
    const next = source[at];
    const resumes = next === '}' && tokens[open.at(-1) ?? -1]?.text === '${';
    let text = '';
    if (!next) {
      push(';');
      return open.length ? undefined : tokens;
    }
    if (resumes || next === '`') {
      at++;
      if (resumes) push('}');
      text = take(TEMPLATE);
      push('');
      if (text.endsWith('{')) push('${');
      if (!text) return undefined;
    } else if ((next === '/' && valueMayBegin(tokens) && take(REGEX)) || take(VALUE)) {
      push('');
    } else if (!((text = take(NAME)) ? push(text, true) : (text = take(SIGN)) && push(text))) {
      return undefined;
    }
  }
}

/** Whether a value, and not an operator, comes after these tokens. @param {Token[]} tokens */
function valueMayBegin(tokens) {
  const last = tokens.at(-1);
  if (!last) return true;
  const before = tokens[last.match - 1];
  if (last.name)
    return /^(?:else|do)$/.test(last.text) || (BEFORE_VALUE.has(last.text) && !isMember(tokens, tokens.length - 1));
  if (last.text === ')') return /^(?:if|for|while)$/.test(before?.text);
  // A block ends a statement; an object ends a value.
  if (last.text === '}') return !before || before.name || /^(?:[;{})]|=>)$/.test(before.text);
  return last.text !== '' && !/^(?:\]|\+\+|--)$/.test(last.text);
}

/** Finds all that is declared, and silences the names that are no uses. @param {Token[]} tokens */
function declarations(tokens) {
  /** @type {Set<string>} */
  const known = new Set();
  /** @param {number} i @returns {string | undefined} */
  const text = (i) => tokens[i]?.text;
  /** The end of a bracket, or the token itself. @param {number} i */
  const last = (i) => Math.max(tokens[i].match, i);
  /** Skips, bracket by bracket, to one of these signs. @param {number} i @param {RegExp} signs */
  const skipTo = (i, signs) => {
    while (!signs.test(tokens[i].text)) i = last(i) + 1;
    return i;
  };
  /** @param {number} i */
  const declare = (i) => {
    if (!tokens[i].name || KEYWORDS.has(tokens[i].text)) return false;
    known.add(tokens[i].text);
    return (tokens[i].silent = true);
  };
  /** A name or a pattern, with its default. @param {number} i @returns {number} what follows */
  const binding = (i) => {
    if (text(i) === '...') i++;
    if (text(i) === '{' || text(i) === '[') bindings(i);
    if (declare(i) || tokens[i].match > i) i = last(i) + 1;
    return text(i) === '=' ? skipTo(i, /^[,;)\]}]$/) : i;
  };
  /** The bindings between two brackets. @param {number} open */
  const bindings = (open) => {
    for (let i = open + 1; i < tokens[open].match; i++) {
      if (text(open) === '{' && text(last(i) + 1) === ':') {
        tokens[i].silent = true;
        i = last(i) + 2;
      }
      // Something comes after each, and be it the bracket.
      i = Math.max(binding(i), i);
    }
  };
  /** The members of a class body: what comes before a `=` is a name. @param {number} open */
  const members = (open) => {
    let value = false;
    for (let i = open + 1; i < tokens[open].match; i = last(i) + 1) {
      if (text(i) === ';' || text(i - 1) === '}' || (tokens[i].newline && text(i - 1) !== '=')) value = false;
      if (text(i) === '=') value = true;
      if (!value) tokens[i].silent = tokens[i].name;
    }
  };

  for (let i = 0; i < tokens.length; i++) {
    const word = text(i);
    if (isMember(tokens, i) || tokens[i].silent) continue;
    if (word === 'eval' || word === 'with') return undefined;
    if (word === 'typeof' && tokens[i + 1].name && !/^(?:\.|\?\.|[[(])$/.test(tokens[i + 2].text)) {
      known.add(tokens[i + 1].text);
    } else if (word === '=>') {
      if (text(i - 1) === ')') bindings(tokens[i - 1].match);
      else declare(i - 1);
    } else if (word === '(' && text(last(i) + 1) === '{' && !HEADS.has(text(i - 1) ?? '')) {
      bindings(i);
      // A method: its name is a key.
      if (tokens[i - 1]?.name) tokens[i - 1].silent = true;
    } else if (word === 'var' || word === 'const' || word === 'let') {
      let next = i;
      do next = binding(next + 1);
      while (text(next) === ',');
    } else if (word === 'function') {
      declare(text(i + 1) === '*' ? i + 2 : i + 1);
    } else if (word === 'class' && (tokens[i + 1].name || text(i + 1) === '{')) {
      declare(i + 1);
      const body = skipTo(i + 1, /^[{;]$/);
      if (text(body) === '{') members(body);
    }
  }
  return known;
}

/** Whether a name is read or written here, not a key, a label or a word of the grammar. @param {Token[]} tokens @param {number} i */
function isUse(tokens, i) {
  const [before, { text, name, newline, silent }, after] = [tokens[i - 1], tokens[i], tokens[i + 1]];
  if (!name || silent || KEYWORDS.has(text) || isMember(tokens, i)) return false;
  if (/^(?:break|continue)$/.test(before?.text) && !newline) return false;
  if (CONTEXTUAL.has(text) && (after.name || /^(?:|[[{*(])$/.test(after.text)))
    return text !== 'of' && after.text === '(';
  // A key or a label, unless the colon belongs to `? :` or `case`.
  if (after.text !== ':') return true;
  if (!before?.text) return false;
  return before.name ? BEFORE_VALUE.has(before.text) : !/^(?:[{},;:)\]]|\+\+|--)$/.test(before.text);
}

/** Whether a name comes after a dot. @param {Token[]} tokens @param {number} i */
function isMember(tokens, i) {
  return /^(?:\.|\?\.)$/.test(tokens[i - 1]?.text);
}
