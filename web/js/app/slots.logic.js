// Which windows may have a connection of their own. Browsers open at most six connections to a server over HTTP/1.1, for all
// windows together; every stream beyond that would keep the operator's actions waiting. Pure.

/** The most streams of windows at once, in addition to the event stream that all windows share: two connections stay free for actions. */
export const MOST = 3;

/**
 * @param windows [{used: ms since 1970, wants: id[], held: number}]; held counts streams that cannot be taken back
 * @returns {Set<id>} the requests granted: those of the most recently used windows
 */
export function grants(windows, most = MOST) {
  const free = Math.max(0, most - windows.reduce((sum, { held }) => sum + held, 0));
  return new Set(windows.toSorted((a, b) => b.used - a.used).flatMap(({ wants }) => wants).slice(0, free));
}
