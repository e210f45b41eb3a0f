// What the stand-in of mock.mjs tells of: bots in every state, a small catalogue, a system with something left over.
const ago = (seconds) => new Date(Date.now() - seconds * 1000).toISOString();

export const ANTHROPIC = ["claude-sonnet-5", "claude-opus-5", "claude-haiku-4-5", "claude-sonnet-4-5"];

export const bot = (number, fields = {}) => ({
  id: String(number).padStart(16, "0"), name: `bot ${number}`, status: "running", health: "healthy", desired: "running",
  ai: { provider: "anthropic", model: "claude-sonnet-5" }, channel: { type: "telegram", settings: {} }, access: { policy: "pairing", allow: [] },
  reach: "legacy", limits: { memory: 2 ** 31, cpus: 2, pids: 512 }, secrets: ["ai-api-key", "channel-token", "gateway-token"],
  secretsWrittenAt: { "ai-api-key": ago(900_000), "channel-token": ago(4000), "gateway-token": ago(900_000) },
  image: "openclaw:2026.9.6", imageDigest: `sha256:${"9c1f5a3be0d24f7a".repeat(4)}`, imageOutdated: false,
  createdAt: ago(900_000), updatedAt: ago(7300), startedAt: ago(7300), since: ago(7300), containerId: "4f1e2d3c4b5a6978".repeat(4), ...fields,
});

/** Kept keys: one in use, one that was in a bot, one for a server of the operator's own whose label is a trap. */
export const KEYS = () => [
  { id: "00000000000000a1", label: "Anthropic, shop", provider: "anthropic", wasInBot: true, createdAt: ago(800_000), replacedAt: ago(800_000), test: { at: ago(400_000), works: false } },
  { id: "00000000000000a2", label: "<b>llm</b> at home, a label that goes on and on until it needs a second line", provider: "openai-compatible", baseUrl: "http://10.0.0.5:8000/v1", wasInBot: false, createdAt: ago(90_000), replacedAt: ago(4000) },
  { id: "00000000000000a3", label: "private", provider: "anthropic", wasInBot: false, createdAt: ago(70_000), replacedAt: ago(70_000) },
];

export const TOKEN = "123456789:AAexample-example-example-example";

/** A bot that uses a kept key. */
export const sealed = (number, fields) => bot(number, { reach: "sealed", ai: { provider: "anthropic", model: "claude-sonnet-5", key: "00000000000000a1" },
  channel: { type: "webchat", settings: {} }, access: {}, secrets: ["ai-api-key", "gateway-token"], ...fields });

/** What the broker says of itself. */
export const BROKER = () => ({ needed: true, running: true, startedAt: ago(7300), connections: 12, linkProblems: [], bots: [] });

export const some = () => [
  bot(1, { name: "support", token: TOKEN }),
  bot(2, { name: "sales-eu", status: "error", health: "none", reason: "exited with code 1, restarted 5 times in 10 min", since: ago(260),
    lastLogLines: ['{"time":"x","level":"error","subsystem":"telegram","message":"401: Unauthorized"}', "gateway: giving up"] }),
  bot(3, { name: "Hausmeister", status: "stopped", health: "none", reason: "stopped by you", since: ago(259_200), channel: { type: "matrix", settings: { homeserver: "https://matrix.example.org" } } }),
  bot(4, { name: "night-watch", health: "starting", since: ago(9), startedAt: ago(9), ai: { provider: "openai-compatible", model: "llama-3.3-70b", baseUrl: "http://10.0.0.5:8000/v1" } }),
  bot(5, { name: "a really long bot name that goes on and on and never ends", health: "unhealthy", reason: "channel telegram is not connected: 409 Conflict", since: ago(1200), imageOutdated: true, much: true,
    access: { policy: "open", allow: [] } }),
  bot(6, { name: "<b>notes</b> & more", since: ago(44_000), access: { policy: "allowlist", allow: ["12345678", "87654321"] } }),
];

const field = (key, label, fields = {}) => ({ key, label, kind: "text", secret: false, required: true, hint: "", ...fields });

export const CATALOG = {
  providers: [
    { id: "anthropic", label: "Anthropic", models: ANTHROPIC.slice(0, 3),
      key: field("apiKey", "API key", { kind: "secret", secret: true, hint: "It begins like the example.", placeholder: "sk-ant-…", help: "https://example.com/keys" }),
      baseUrl: field("baseUrl", "Base URL", { kind: "url", required: false, hint: "Only for a gateway of your own that speaks this provider’s API.", placeholder: "https://llm-gateway.example.com" }) },
    { id: "openai-compatible", label: "OpenAI-compatible server", models: [],
      key: field("apiKey", "API key", { kind: "secret", secret: true, required: false, hint: "Sent as a bearer token. Leave it empty for a server that wants none." }),
      baseUrl: field("baseUrl", "Base URL", { kind: "url", hint: "The part before /chat/completions. For a legacy bot, 127.0.0.1 is the bot itself.", placeholder: "https://api.example.com/v1" }) },
  ],
  channels: [
    { id: "telegram", label: "Telegram",
      credentials: [field("token", "Bot token", { kind: "secret", secret: true, hint: "Digits, a colon, and at least 30 letters: as @BotFather gives it.", placeholder: "123456789:AA…", help: "https://example.com/botfather" })],
      settings: [field("apiRoot", "Bot API server", { kind: "url", required: false, hint: "Only for a Bot API server of your own.", placeholder: "https://telegram-api.example.com" })],
      access: ["pairing", "allowlist", "open"], allow: field("allow", "People", { required: false, hint: "The number of a Telegram account, not its @name.", placeholder: "123456789" }), reaches: ["web", "sealed", "open", "legacy"] },
    { id: "matrix", label: "Matrix", credentials: [field("token", "Access token", { kind: "secret", secret: true })],
      settings: [field("homeserver", "Homeserver", { kind: "url", hint: "The server of the bot’s account." })], access: ["pairing", "allowlist", "open"],
      allow: field("allow", "People", { required: false, hint: "A full Matrix id.", placeholder: "@alice:example.org" }), reaches: ["web", "sealed", "open", "legacy"] },
    { id: "irc", label: "IRC", credentials: [], settings: [field("host", "Server", { kind: "host" }), field("nick", "Nick")], access: ["pairing", "allowlist", "open"],
      allow: field("allow", "People", { required: false, placeholder: "alice!~alice@host.example.org" }), reaches: ["open", "legacy"],
      reachProblems: { sealed: "IRC is not HTTP, so the broker cannot pass it on.", web: "IRC is not HTTP, so the broker cannot pass it on." } },
    { id: "webchat", label: "Web chat", credentials: [], settings: [], access: [], reaches: ["web", "sealed", "open", "legacy"] },
  ],
};

export const SYSTEM = {
  version: "1.0.0", engine: { version: "20.10.24", apiVersion: "1.41", reachable: true }, user: "root", bots: 6,
  image: { reference: "openclaw:2026.9.6", present: true, id: `sha256:${"86aba0572568544c".repeat(4)}`, createdAt: ago(90_000) },
  warnings: [], database: { bytes: 94_208 }, disk: { free: 48e9, total: 128e9 },
  orphans: [
    { kind: "state", id: "00000000000000aa", name: "00000000000000aa", what: "The memory of a bot that was deleted with “keep”.", wouldDo: "Its 61 MiB are deleted." },
    { kind: "container", id: "b".repeat(12), name: "botmaker-00000000000000bb", what: "A container with our labels and no bot.", wouldDo: "It is stopped and removed." },
  ],
};

const record = (seq, fields) => ({ seq, at: ago(40_000 - 500 * seq), user: "admin", source: "127.0.0.1", action: "PATCH /api/bots/{id}", bot: "0000000000000001", name: "support", outcome: "ok", detail: "",
  hash: String(seq).padStart(64, "c0ffee"), ...fields });

/** Who did what, the oldest first: enough for two pages, and one bot whose name is a trap. */
export const AUDIT = [
  record(1, { action: "botmaker-started", user: "", source: "", bot: "", name: "", detail: "1.0.0" }),
  record(2, { action: "sign-in", bot: "", name: "" }),
  ...Array.from({ length: 24 }, (_, index) => record(index + 3, { detail: "/limits/memory" })),
  record(27, { action: "POST /api/bots", name: "<img src=x onerror=alert(1)>", detail: "/name /ai/provider /ai/model /ai/apiKey /channel/type /channel/credentials/token" }),
  record(28, { action: "PUT /api/bots/{id}/secrets/{name}", detail: "name=channel-token /value" }),
  record(29, { action: "POST /api/bots/{id}/start", outcome: "engine-down" }),
  record(30, { action: "sign-in", user: "", source: "192.0.2.77", bot: "", name: "", outcome: "unauthenticated" }),
  record(31, { action: "sign-in", user: "", source: "192.0.2.77", bot: "", name: "", outcome: "refused", detail: "211 more within 10 minutes" }),
  record(32, { action: "bot-stopped-for-good", user: "", source: "", name: "a really long bot name that goes on and on and never ends", detail: "crash loop: died 5 times in 10 minutes, the last time: exited with code 1" }),
];

export const EVENTS = (at) => [
  { at: at(60), what: "became healthy" }, { at: at(95), what: "started by you" }, { at: at(300), what: "stopped by you" },
  { at: at(7200), what: "died, exit code 1" }, { at: at(90_000), what: "created" },
];

/** Help pages in place of the real ones: every construct, and what is no construct. */
export const DOCS = {
  "/docs/index.md": "# Help\n\n- [Remote access](access.md)\n- [Security](security.md)\n- [A page that is missing](missing.md)\n",
  "/docs/access.md": `# Remote access

BotMaker listens on \`127.0.0.1\` only. To reach it **from elsewhere**, see [the tunnel](#ssh-tunnel) or [security](security.md#what-a-bot-may-do).

## SSH tunnel

1. Open the tunnel:

   \`\`\`sh
   ssh -L 8080:127.0.0.1:8080 user@host # a line that is much longer than the page is wide, so that it has to be scrolled
   \`\`\`
2. Open the dashboard.

       sed 's#^a.*#a=*b*#' "\\"$A\\""
       # the second line

   - as *admin*
   - with the password

> **Note:** a tunnel needs no TLS.

| Setting | Default | Meaning |
|---|---|---|
| \`server.address\` | \`127.0.0.1\` | Where BotMaker listens \\| or not |
| \`server.port\` | \`8080\` | The port |

---

<img src=x onerror=alert(1)> and <script>alert(1)</script> are text, and [so is this](javascript:alert(1)).
See <https://example.com/docs> and [example](https://example.com/x "title").

${"More text, so that there is something to scroll to. ".repeat(60)}

## Control UI

The last section.
`,
  "/docs/security.md": "# Security\n\n## What a bot may do\n\nLittle.\n\n| reach | network | API key and channel token |\n|---|---|---|\n"
    + "| legacy | the [bridge for all bots](#what-a-bot-may-do): the internet, this host and your network | in files that the bot can read |\n",
};

/** What models cost: one by the size of the prompt, one of the operator's own whose name is a trap, one without a price. */
export const PRICES = () => [
  { provider: "anthropic", model: "claude-sonnet-5", own: false, source: "openclaw 2026.9.6", tiers: [{ from: 0, input: 2, output: 10, cacheRead: 0.2, cacheWrite: 2.5 }, { from: 200_001, input: 4, output: 15, cacheRead: 0.4, cacheWrite: 5 }] },
  { provider: "anthropic", model: "claude-haiku-4-5", own: false, source: "anthropic.com/pricing", tiers: [{ from: 0, input: 1, output: 5, cacheRead: 0.1, cacheWrite: 1.25 }] },
  { provider: "anthropic", model: "claude-a-name-as-long-as-vendors-make-them-2026-11-30", own: false, source: "https://platform.example.com/docs/en/about-models/pricing",
    tiers: [{ from: 0, input: 1.375, output: 13.75, cacheRead: 0.1375, cacheWrite: 1.7188 }, { from: 272_001, input: 2.75, output: 20.625, cacheRead: 0.275, cacheWrite: 3.4375 }] },
  { provider: "anthropic", model: "claude-opus-9", own: false, source: "", tiers: [] },
  { provider: "openai-compatible", model: "<b>mine</b>", own: true, source: "own", tiers: [{ from: 0, input: 0.25, output: 1 }] },
];

const dayAgo = (days) => new Date(Date.now() - days * 86_400_000).toISOString().slice(0, 10);
const sum = (calls, cost, fields = {}) => ({ calls, input: 4200 * calls, cacheRead: 30_000 * calls, cacheWrite: 800 * calls, output: 650 * calls, cost, estimated: 0, unknown: 0, ...fields });

/** A month of a bot: busy days, days without a call, one whose calls nobody knows the price of, one with an estimate. */
export const USAGE = () => {
  const days = [...Array(28).keys()].filter((ago) => ago % 7 !== 5)
      .map((ago) => ({ day: dayAgo(ago), ...sum(3 + ago % 5, 0.35 + 0.3 * (ago % 4) + (ago === 9 ? 2.4 : 0)), models: [] }));
  Object.assign(days[3], { cost: undefined, unknown: days[3].calls });
  Object.assign(days[6], { estimated: 0.12, unknown: 1 });
  return { timeZone: "Europe/Berlin", day: dayAgo(0), today: sum(12, 1.83), month: sum(140, 21.4, { unknown: 5, estimated: 0.12 }), days, medianMs: 4230, medianFirstMs: 810 };
};

export const CALLS = () => [...Array(25).keys()].map((n) => ({ seq: 1000 - n, at: ago(60 + n * 400), provider: "anthropic", route: "POST /v1/messages", asked: "claude-sonnet-5",
  model: n === 4 ? "" : "claude-sonnet-5", ended: n === 0 ? "open" : n === 3 ? "left" : n === 5 ? "broken" : "whole", key: "00000000000000a1", status: 200, firstMs: 800,
  ...(n === 0 ? {} : { tookMs: 2100 + 700 * n, input: 4100, cacheRead: n % 3 ? 31_000 : 0, cacheWrite: 700, output: 640 + n, costBy: n === 2 ? "unknown" : n === 3 ? "estimated" : n === 6 ? "vendor" : "price",
    ...(n === 2 ? {} : { cost: n === 8 ? 0 : 0.0312 + n / 1000 }) }), up: 40_000, down: 9000 }));
