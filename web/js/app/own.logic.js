// Tables looked up by keys that come from outside: "constructor" and "__proto__" are keys like any other. Pure.

/** The entry of a table, or undefined; never what the table inherits. */
export const own = (table, key) => (typeof key === "string" || typeof key === "number") && Object.hasOwn(table, key) ? table[key] : undefined;
