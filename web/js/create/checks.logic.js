// The result of testing a key or token, as text. Pure.

/**
 * @param suggests whether the models are suggested in the form from now on
 * @returns {{tone: "good"|"bad"|"idle", text: string}} for {ok: true|false|null, detail, models, usedBy}
 */
export function verdict({ ok, detail = "", models = [] }, what, suggests = false) {
  if (ok === true) {
    const found = models.length === 0 ? "" : ` ${models.length === 1 ? "1 model" : `${models.length} models`} available${suggests && models.length > 1 ? "; see the suggestions above" : ""}.`;
    return { tone: "good", text: (sentence(detail) || `The ${what} works.`) + found };
  }
  if (ok === false) return { tone: "bad", text: sentence(detail) || `The ${what} was rejected.` };
  return { tone: "idle", text: sentence(detail) || `This ${what} cannot be tested.` };
}

/** A warning that other bots use the same token, or "". */
export function sharedWarning(usedBy = []) {
  if (usedBy.length === 0) return "";
  const names = usedBy.length === 1 ? `“${usedBy[0]}” uses` : `${usedBy.map((name) => `“${name}”`).join(", ")} use`;
  return `${names} the same token. Each message is delivered to only one of them, so both would miss messages.`;
}

const sentence = (text) => text && !/[.!?]$/.test(text) ? `${text}.` : text;
