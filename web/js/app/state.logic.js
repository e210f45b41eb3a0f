// The state of the page, and how each message from the server changes it. Pure: every function returns a new state.

/** link: connecting, live, reconnecting, paused or signed-out; `since` is when it became so. */
export const initialState = (now) => ({
  loaded: false, bots: new Map(), busy: new Map(), pairing: new Map(), selected: null,
  engine: { reachable: true }, warnings: [], observedAt: null, link: { phase: "connecting", since: now },
});

/** Replaces everything: the first message of each connection, so that nothing missed in between can linger. */
export function withSnapshot(state, { bots, engine, observedAt, warnings }) {
  const known = new Map(bots.map((bot) => [bot.id, bot]));
  return {
    ...state, loaded: true, bots: known, engine: engine ?? { reachable: true }, warnings: warnings ?? [], observedAt,
    selected: state.selected && new Set([...state.selected].filter((id) => known.has(id))),
  };
}

/** The warnings about the installation: [{kind, title, detail, help?}]. */
export const withWarnings = (state, { warnings }) => ({ ...state, warnings: warnings ?? [] });

export const withBot = (state, bot) => ({ ...state, bots: new Map(state.bots).set(bot.id, bot) });

export function withoutBot(state, id) {
  const bots = new Map(state.bots);
  bots.delete(id);
  return withSelected(withPairing({ ...state, bots }, id, null), id, false);
}

/** The pairing requests of a bot; null forgets them. */
export function withPairing(state, id, requests) {
  const pairing = new Map(state.pairing);
  if (requests) pairing.set(id, requests); else pairing.delete(id);
  return { ...state, pairing };
}

/** The number of open pairing requests of a bot. */
export const waiting = (state, bot) =>
    bot.access?.policy !== "pairing" ? 0 : state.pairing.get(bot.id)?.length ?? bot.pairingRequests ?? 0;

/** Starts (an empty set) or ends (null) the selection of several bots. */
export const withSelection = (state, selected) => ({ ...state, selected });

export function withSelected(state, id, on) {
  if (!state.selected) return state;
  const selected = new Set(state.selected);
  if (on) selected.add(id); else selected.delete(id);
  return { ...state, selected };
}

export const withEngine = (state, engine) =>
    ({ ...state, engine: { ...state.engine, ...engine }, observedAt: engine.observedAt ?? state.observedAt });

/** `since` moves only when the phase does: "lost 20 s ago" must not start again with every attempt. */
export function withLink(state, phase, now, retryAt = null) {
  const lost = (p) => p === "reconnecting";
  const same = state.link.phase === phase || (lost(state.link.phase) && phase === "connecting");
  return { ...state, link: { phase: same ? state.link.phase : phase, since: same ? state.link.since : now, retryAt } };
}

/** Marks a bot as busy with an action, or, with null, as idle. */
export function withBusy(state, id, action) {
  const busy = new Map(state.busy);
  if (action) busy.set(id, action); else busy.delete(id);
  return { ...state, busy };
}

/** True when the state on the screen may be out of date. */
export const isStale = (state) => state.loaded && (state.link.phase === "reconnecting" || !state.engine.reachable);
