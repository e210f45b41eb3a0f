/** How long to wait before the n-th attempt (from 0) to connect again, in ms: 0.5 s, 1 s, 2 s, then every 4 s. */
export const delay = (attempt, random = Math.random()) => Math.round(Math.min(500 * 2 ** attempt, 4000) * (0.85 + 0.3 * random));
