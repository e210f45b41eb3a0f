// What all windows of the dashboard share: one stream of events, and the right to open a stream of their own. It runs in a
// SharedWorker, or in the page itself where there is none. A window sends its whole state whenever that changes and every few
// seconds, so neither a closed window nor one that the hub has forgotten needs a special case.
import { eventsUrl } from "./api.js";
import { grants } from "./slots.logic.js";
import { initialState, withBot, withEngine, withoutBot, withSnapshot, withWarnings } from "./state.logic.js";
import { keepOpen } from "./stream.js";

export const ALIVE = 4000; // ms between a window's messages.
const FORGET = 5 * ALIVE;

const STEPS = {
  snapshot: withSnapshot, bot: withBot, engine: withEngine, warnings: withWarnings,
  gone: (state, { id }) => withoutBot(state, id),
};

export function makeHub() {
  const windows = new Map(); // port → {watching, wants, held, used, heard}
  let stream = null, state = null, phase = ["connecting", null];

  /** @param port a MessagePort; in: {watching, wants, held, used}; out: {phase, retryAt}, {event, data} or {granted} */
  function connect(port) {
    port.onmessage = ({ data: told }) => {
      const before = windows.get(port);
      windows.set(port, { ...told, heard: Date.now() });
      if (told.watching && !before?.watching) greet(port);
      update();
      if (told.closed) windows.delete(port);
    };
    port.start?.();
  }

  /** Updates a window that joins an open stream. */
  function greet(port) {
    if (!stream) return;
    port.postMessage({ phase: phase[0], retryAt: phase[1] });
    if (state?.loaded) port.postMessage({ event: "snapshot", data: { ...state, bots: [...state.bots.values()] } });
  }

  function update() {
    for (const [port, { heard }] of windows) if (Date.now() - heard > FORGET) windows.delete(port);
    const watched = [...windows.values()].some(({ watching }) => watching);
    if (watched && !stream) {
      state = initialState(Date.now());
      stream = keepOpen({ address: eventsUrl, quick: true, onEvents: received, onPhase: changed });
    } else if (!watched && stream) {
      stream.close();
      stream = null;
    }
    const granted = grants([...windows.values()]);
    for (const [port, { wants }] of windows) port.postMessage({ granted: wants.filter((id) => granted.has(id)) });
  }

  function received(events) {
    for (const { name, data } of events) {
      if (!data || !Object.hasOwn(STEPS, name)) continue;
      state = STEPS[name](state, data);
      tell({ event: name, data });
    }
  }

  function changed(next, { retryAt = null }) {
    phase = [next, retryAt];
    if (next === "signed-out" || next === "ended") stream = null;
    tell({ phase: next, retryAt });
  }

  function tell(message) {
    for (const [port, { watching }] of windows) if (watching) port.postMessage(message);
  }

  setInterval(update, ALIVE);
  return { connect };
}
