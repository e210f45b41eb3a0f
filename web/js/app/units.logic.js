// Amounts as text, in binary units like the limits. Pure.
const UNITS = ["bytes", "KiB", "MiB", "GiB", "TiB"];

/** "512 bytes", "1.4 GiB": three significant digits at most. */
export function bytes(count) {
  if (!Number.isFinite(count)) return "";
  let value = Math.max(0, count), unit = 0;
  while (value >= 999.5 && unit < UNITS.length - 1) {
    value /= 1024;
    unit++;
  }
  return `${unit === 0 || value >= 99.5 ? Math.round(value) : Number(value.toPrecision(value >= 10 ? 3 : 2))} ${UNITS[unit]}`;
}

export const GIB = 2 ** 30;
