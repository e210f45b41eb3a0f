// Prints src/META-INF/prices.json: what models cost, in US dollars per million tokens. Reads the catalogues that the pinned OpenClaw
// brings along, so it runs in the image of the bots:
//
//   docker run --rm -i --network none --entrypoint node openclaw:VERSION --input-type=module - <scripts/prices.mjs >src/META-INF/prices.json
//
// A price is from OpenClaw's catalogue, or from the list below, which says where it is from. A zero beside other prices means that there is
// no price of its own. Zeros alone mean that a model is free at NVIDIA, and that its price is not known at Google.
import { readFileSync } from "node:fs";

const openclaw = "/opt/openclaw/node_modules/openclaw";
const providers = ["anthropic", "openai", "google", "xai", "together", "nvidia"];
const free = ["nvidia"];

const anthropic = "https://platform.claude.com/docs/en/about-claude/pricing";
const openai = "https://platform.openai.com/docs/pricing";
const google = "https://ai.google.dev/gemini-api/docs/pricing";
const xai = "https://docs.x.ai/docs/models";
// Anthropic's whole page is listed, so that dated and older names have a price, too.
const ours = [
    ...[["claude-sonnet-4-6", 3, 15], ["claude-sonnet-4-5", 3, 15], ["claude-haiku-4-5", 1, 5], ["claude-opus-4-8", 5, 25],
        ["claude-opus-4-7", 5, 25], ["claude-opus-4-6", 5, 25], ["claude-opus-4-5", 5, 25]].map(([model, input, output]) =>
        ({ provider: "anthropic", model, source: anthropic, cost: { input, output, cacheRead: input / 10, cacheWrite: input * 1.25 } })),
    // What OpenClaw uses beside the chosen model, for its memory and for voice notes. Sound costs more than text; all is taken for sound.
    { provider: "openai", model: "text-embedding-3-small", source: openai, cost: { input: 0.02, output: 0 } },
    { provider: "openai", model: "gpt-4o-transcribe", source: openai, cost: { input: 6, output: 10 } },
    { provider: "google", model: "gemini-embedding-001", source: google, cost: { input: 0.15, output: 0 } },
    // A server of the operator's own.
    { provider: "ollama", model: "*", source: "It runs on the operator's own server.", cost: { input: 0, output: 0 } },
];
// xAI charges twice as much for prompts over 200,000 tokens, which the catalogue leaves out.
const doubled = { xai: [200_001, xai] };

const version = JSON.parse(readFileSync(`${openclaw}/package.json`, "utf8")).version;

function decimal(dollars) {
    const text = dollars.toFixed(6).replace(/\.?0+$/, "");
    if (Number(text) !== dollars) {
        throw new Error(`more than six digits: ${dollars}`);
    }
    return text;
}

function tier(from, cost, times = 1) {
    const rates = { from, input: decimal(cost.input * times), output: decimal(cost.output * times) };
    for (const name of ["cacheRead", "cacheWrite"]) {
        if (cost[name] > 0) {
            rates[name] = decimal(cost[name] * times);
        }
    }
    return rates;
}

function tiers(provider, cost) {
    const rates = cost.tieredPricing ? cost.tieredPricing.map((it) => tier(it.range[0], it)) : [tier(0, cost)];
    return doubled[provider] ? [...rates, tier(doubled[provider][0], cost, 2)] : rates;
}

const models = new Map();
for (const provider of providers) {
    const manifest = JSON.parse(readFileSync(`${openclaw}/dist/extensions/${provider}/openclaw.plugin.json`, "utf8"));
    for (const { id, cost, maxTokens } of manifest.modelCatalog.providers[provider].models) {
        const known = cost && (cost.input > 0 || free.includes(provider));
        models.set(`${provider} ${id}`, { provider, model: id, ...(maxTokens ? { maxTokens } : {}),
            ...(known ? { source: `openclaw ${version}`, rates: tiers(provider, cost) } : {}) });
    }
}
for (const { provider, model, source, cost } of ours) {
    const before = models.get(`${provider} ${model}`) ?? { provider, model };
    if (!before.rates) {
        models.set(`${provider} ${model}`, { ...before, source, rates: tiers(provider, cost) });
    }
}

const rows = [...models.values()].map((row) => "    " + JSON.stringify(row));
console.log(`{\n  "openclaw": "${version}",\n  "models": [\n${rows.join(",\n")}\n  ]\n}`);
