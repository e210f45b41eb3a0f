// Waiting times of a stream, in ms. Pure.

/** Before the n-th attempt (from 0) to reconnect: 0.5 s, 1 s, then 2 s each. */
export const delay = (attempt, random = Math.random()) => Math.round(Math.min(500 * 2 ** attempt, 2000) * (0.85 + 0.3 * random));

/**
 * For the answer to an attempt. A request sent into a dead network may hang for minutes and never notice its return, so attempts
 * at an address that answers at once are short: three times as long as the last answer took, 2.5 s at least. One in thirty is
 * long, for a network that has become slow.
 * @param attempt 0 where nothing has been lost
 * @param took    ms that the last answer took; 0 where there was none
 */
export const patience = (attempt, quick, took) =>
    quick && took > 0 && attempt % 30 !== 0 ? Math.min(Math.max(2500, 3 * took), LONG) : LONG;

const LONG = 20_000;
