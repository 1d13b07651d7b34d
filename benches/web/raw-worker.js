// Answers `[id, value]` with `[id, value]`, and an array of such with an array of such.

self.onmessage = ({ data }) => {
  postMessage(Array.isArray(data[0]) ? data.map(answer) : answer(data));
};

/** @param {[number, unknown]} item */
function answer([id]) {
  return [id, 0];
}
