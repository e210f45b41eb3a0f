// The positions of the rows of a virtual list. Pure.

/** @returns offsets[i] is the top of row i, offsets[n] the total height; `heightOf` returns the measured or estimated height */
export function offsetsOf(rows, heightOf) {
  const offsets = new Float64Array(rows.length + 1);
  for (let i = 0; i < rows.length; i++) offsets[i + 1] = offsets[i] + heightOf(rows[i]);
  return offsets;
}

/** The index of the row at an offset, clamped to the first and last row. */
export function rowAt(offsets, y) {
  let low = 0, high = Math.max(0, offsets.length - 2);
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (offsets[middle] <= y) low = middle; else high = middle - 1;
  }
  return low;
}

/** The index of the first row with this number or a higher one. Rows come and go, but their numbers only grow. */
export function indexOf(rows, number) {
  let low = 0, high = rows.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (rows[middle].number < number) low = middle + 1; else high = middle;
  }
  return low;
}

const WIDE = /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]/g;
const NOT_LATIN = /[^\x00-\u02ff]/;

/** The number of lines a text takes in a monospaced font, wrapped at exactly this many columns. */
export function linesOf(text, columns) {
  let cells = text.length;
  if (text.includes("\t")) cells += 3 * (text.split("\t").length - 1);
  if (NOT_LATIN.test(text)) cells += text.match(WIDE)?.length ?? 0;
  return Math.max(1, Math.ceil(cells / columns));
}
