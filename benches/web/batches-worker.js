// Answers an array of `[id, value]` with an array of such.

self.onmessage = ({ data }) => postMessage(data.map(answer));

/** @param {[number, unknown]} item */
function answer([id]) {
  return [id, 0];
}
