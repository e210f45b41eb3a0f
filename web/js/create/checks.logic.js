// The answer of a test of a key or token, in words. Pure.

/** @returns {{tone: "good"|"bad"|"idle", text: string}} for {ok: true|false|null, detail, models, usedBy} */
export function verdict({ ok, detail = "", models = [] }, what) {
  if (ok === true) {
    const found = models.length === 1 ? " It offers 1 model." : models.length > 1 ? ` It offers ${models.length} models; they are suggested above.` : "";
    return { tone: "good", text: (sentence(detail) || `The ${what} works.`) + found };
  }
  if (ok === false) return { tone: "bad", text: sentence(detail) || `The ${what} was refused.` };
  return { tone: "idle", text: sentence(detail) || `This ${what} cannot be tested from here.` };
}

/** A warning that other bots have the same token, or "". */
export function sharedWarning(usedBy = []) {
  if (usedBy.length === 0) return "";
  const names = usedBy.length === 1 ? `“${usedBy[0]}” has` : `${usedBy.map((name) => `“${name}”`).join(", ")} have`;
  return `${names} the same token. A service gives each message to one of them only, so both would lose messages.`;
}

const sentence = (text) => text && !/[.!?]$/.test(text) ? `${text}.` : text;
