// How long a stream waits, in ms. Pure.

/** Before the n-th attempt (from 0) to connect again: 0.5 s, 1 s, then every 2 s. */
export const delay = (attempt, random = Math.random()) => Math.round(Math.min(500 * 2 ** attempt, 2000) * (0.85 + 0.3 * random));

/**
 * For the answer to an attempt. A request sent into a dead network hangs for minutes and does not notice its return, so
 * attempts at an address that answers at once are short; every fourth is long enough for a slow network.
 * @param attempt 0 where nothing has been lost
 */
export const patience = (attempt, quick) => quick && attempt > 0 && attempt % 4 !== 0 ? 2500 : 20_000;
