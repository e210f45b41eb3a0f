// This window's side of the hub: the events of the server, and gates for streams of the window's own.
import { api } from "./api.js";
import { ALIVE, makeHub } from "./hub.js";

const PROTOCOL = "botmaker-1"; // Another one for every change of the messages: windows of two versions may be open at once.
const SILENCE = 6 * ALIVE; // A busy machine takes its time to start the worker.

/**
 * @param handlers event name → (data) → void
 * @param onPhase  (phase, retryAt) → void; phase is connecting, live, reconnecting (until retryAt), paused or signed-out
 */
export function liveEvents({ handlers, onPhase }) {
  const gates = new Map(); // id → {wanted, granted, told, onChange}
  const prefix = `${Math.random()}`.slice(2);
  let port = null, shared = true, heard = Date.now(), used = Date.now(), held = 0, count = 0, closed = false;

  function dial() {
    port?.close();
    heard = Date.now();
    port = shared ? sharedPort() : localPort();
    port.onmessage = ({ data }) => receive(data);
    port.start();
    tell();
  }

  function sharedPort() {
    try {
      const worker = new SharedWorker(new URL("./hubworker.js", import.meta.url), { type: "module", name: PROTOCOL });
      worker.onerror = alone;
      return worker.port;
    } catch {
      shared = false; // Not every browser has shared workers; then each window has a stream of its own.
      return localPort();
    }
  }

  function localPort() {
    const { port1, port2 } = new MessageChannel();
    makeHub().connect(port2);
    return port1;
  }

  function alone() {
    if (!shared || closed) return;
    shared = false;
    dial();
  }

  function tell(leaving = false) {
    const watching = !leaving && !closed && !document.hidden;
    const wants = watching ? [...gates].filter(([, { wanted }]) => wanted).map(([id]) => id) : [];
    port.postMessage({ watching, wants, held: watching ? held : 0, used, closed: leaving || closed });
  }

  function receive({ phase, retryAt, event, data, granted }) {
    heard = Date.now();
    if (closed || document.hidden) return;
    if (event && Object.hasOwn(handlers, event)) handlers[event](data);
    if (phase === "signed-out") checkSession();
    else if (phase) {
      onPhase(phase, retryAt);
      if (phase === "live") for (const { onReturn } of gates.values()) onReturn();
    }
    if (granted) for (const [id, gate] of gates) pass(gate, granted.includes(id));
  }

  /** Some browsers do not give workers the password: then the page reads the stream itself. */
  async function checkSession() {
    const status = await api.session().then(() => 200, (problem) => problem.status);
    if (closed) return;
    if (status === 401) onPhase("signed-out");
    else if (shared) alone();
    else setTimeout(dial, ALIVE);
  }

  function pass(gate, granted) {
    const now = document.hidden ? "hidden" : !gate.wanted ? "closed" : granted ? "open" : "waiting";
    if (now === gate.told) return;
    gate.told = now;
    gate.onChange(now);
  }

  function onVisibility() {
    used = Date.now();
    if (document.hidden) {
      onPhase("paused");
      for (const gate of gates.values()) pass(gate, false);
    }
    tell();
  }

  function onFocus() {
    used = Date.now();
    tell();
  }

  const alive = setInterval(() => {
    if (document.hidden) return;
    if (Date.now() - heard > SILENCE) alone(); // The worker has died or never came up.
    tell();
  }, ALIVE);
  const onLeave = () => tell(true);
  const onReturn = ({ persisted }) => { if (persisted) tell(); };
  document.addEventListener("visibilitychange", onVisibility);
  addEventListener("focus", onFocus);
  addEventListener("pointerdown", onFocus);
  addEventListener("pagehide", onLeave);
  addEventListener("pageshow", onReturn);
  dial();
  if (document.hidden) onPhase("paused");

  return {
    /**
     * Requests permission for a stream of the window's own.
     * @param onChange ("open" | "waiting" | "hidden" | "closed") → void; a stream may be open only while it is "open"
     * @param onReturn () → void: the server can be reached again
     */
    gate(onChange, onReturn) {
      const id = `${prefix}-${++count}`, gate = { wanted: false, told: "closed", onChange, onReturn };
      gates.set(id, gate);
      return {
        get open() { return gate.told === "open"; },
        want(on) {
          if (gate.wanted === on) return;
          gate.wanted = on;
          if (!on) pass(gate, false);
          tell();
        },
        close() {
          gates.delete(id);
          if (!closed) tell();
        },
      };
    },

    /** Counts a stream that cannot be interrupted while `work` runs. */
    async hold(work) {
      held++;
      tell();
      try {
        return await work();
      } finally {
        held--;
        tell();
      }
    },

    close() {
      closed = true;
      tell();
      clearInterval(alive);
      document.removeEventListener("visibilitychange", onVisibility);
      removeEventListener("focus", onFocus);
      removeEventListener("pointerdown", onFocus);
      removeEventListener("pagehide", onLeave);
      removeEventListener("pageshow", onReturn);
    },
  };
}
