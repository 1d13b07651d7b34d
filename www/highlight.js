// Colours a piece of JavaScript or Rust for reading; the text itself stays as it is, so that it can be run.

const PIECES =
  /(?<comment>\/\/[^\n]*|\/\*[\s\S]*?\*\/)|(?<text>'(?:\\.|[^'\\])*'|`(?:\\.|[^`\\])*`)|(?<word>\b(?:as|async|await|const|export|fn|for|from|function|if|import|let|move|mut|new|of|pub|return|while)\b)|(?<number>\b\d[\d_.]*\b)/g;

/**
 * Puts the pieces of a code element's text in spans with the class of what they are.
 * @param {Element} code
 */
export function highlight(code) {
  const source = code.textContent ?? '';
  const nodes = [];
  let end = 0;
  for (const match of source.matchAll(PIECES)) {
    const [kind] = Object.entries(match.groups ?? {}).find(([, text]) => text !== undefined) ?? [''];
    const span = document.createElement('span');
    span.className = kind;
    span.textContent = match[0];
    nodes.push(source.slice(end, match.index), span);
    end = match.index + match[0].length;
  }
  code.replaceChildren(...nodes, source.slice(end));
}
