// Lookups by keys from outside, for which "constructor" and "__proto__" are ordinary keys. Pure.

/** A table's own entry, or undefined; never an inherited one. */
export const own = (table, key) => (typeof key === "string" || typeof key === "number") && Object.hasOwn(table, key) ? table[key] : undefined;
