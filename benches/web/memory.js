// What a page stores, where the engine tells: in Chromium, on a page that is cross-origin isolated.

/** @typedef {{ bytes: number, breakdown: { bytes: number, types: string[], attribution: { scope: string }[] }[] }} Memory */

const measure = /** @type {{ measureUserAgentSpecificMemory?: () => Promise<Memory> }} */ (performance);

/** Whether `bytesOfPage` can answer. */
export const tellsMemory = crossOriginIsolated && measure.measureUserAgentSpecificMemory !== undefined;

/** Bytes of the page's JavaScript, without its workers' and wasm's, after garbage was collected. */
export async function bytesOfPage() {
  const memory = await measure.measureUserAgentSpecificMemory?.();
  if (!memory) throw new Error('this engine does not tell the memory of a page');
  const own = memory.breakdown.filter(
    ({ types, attribution }) => types.includes('JavaScript') && attribution.some(({ scope }) => scope === 'Window'),
  );
  return own.reduce((sum, { bytes }) => sum + bytes, 0);
}
