// The form for a new bot, built from GET /api/catalog. Only the server validates; its errors appear beside their fields, all at
// once. Input survives errors and leaving the page, in memory only, since it contains secrets.
import { h, icon, setAttribute, setHidden, setText } from "../app/dom.js";
import { aiCheck, aiFields, channelCheck, channelFields, INSTRUCTIONS, NAME, toRequest } from "./form.logic.js";
import { knownServers, placedAtKey } from "./key.logic.js";
import { explain } from "../app/problem.logic.js";
import { inTheMaking } from "./steps.logic.js";
import { accessPart } from "./access.js";
import { budgetPart } from "./budget.js";
import { checkLine } from "./check.js";
import { choiceField, textField } from "./field.js";
import { fieldGroup } from "./fieldgroup.js";
import { formErrors } from "./formerrors.js";
import { keyPart } from "./key.js";
import { reachPart } from "./reach.js";
import { stepList } from "./steps.js";

export function mountCreate(host, app) {
  let made = null;
  const loading = h("div", { class: "nothing", role: "status" }, "Loading…");
  host.append(h("a", { class: "back", href: "#/" }, icon("back"), "Bots"), h("h1", { tabindex: "-1" }, "New bot"), loading);

  async function load() {
    try {
      const [catalog, { keys }, { prices }] = await Promise.all([app.catalog(), app.api.keys(), app.api.prices()]);
      make(catalog, keys, prices);
      loading.replaceWith(made.element);
    } catch (problem) {
      if (problem.status === 401) return app.signedOut();
      const { cause, next } = explain(problem, "");
      loading.replaceChildren(h("p", {}, `The form could not be loaded. ${cause} ${next}`),
          h("button", { type: "button", onclick: load }, "Try again"));
    }
  }

  function make(catalog, keys, prices) {
    const before = made;
    made = form(catalog, keys, prices, app, () => make(catalog, keys, prices));
    before?.element.replaceWith(made.element);
  }

  load();
  return { title: "New bot", update(state) { made?.update(state); } };
}

/**
 * @param keys  the kept keys
 * @param prices what models cost
 * @param again rebuilds the form, empty
 */
function form({ providers, channels }, keys, prices, app, again) {
  const values = app.draft("create");
  const typed = () => { values.typed = true; };
  const access = accessPart(values, () => {
    typed();
    reach.show(channels.find(({ id }) => id === values["/channel/type"])); // Open to everyone proposes another reach.
    budget.show(true);
    key.show(chosenProvider());
  });
  const reach = reachPart(values, () => {
    typed();
    key.show(chosenProvider());
    budget.show(true);
  });
  const text = (field) => textField(field, values[field.pointer], (value) => { values[field.pointer] = value; typed(); });
  const name = text(NAME), instructions = text(INSTRUCTIONS);
  const first = (entries, id) => entries.find((entry) => entry.id === id)?.id ?? entries[0].id;
  const provider = choiceField({ pointer: "/ai/provider", label: "Provider", required: true }, providers, first(providers, values["/ai/provider"]), chooseProvider);
  const type = choiceField({ pointer: "/channel/type", label: "Channel", required: true }, channels, first(channels, values["/channel/type"]), chooseChannel);
  const testKey = checkLine({ label: "Test key", what: "key", missing: "Enter the key first.", request: () => aiCheck(values, fields()), send: app.api.checkAi,
    onAnswer: ({ models }) => { if (models?.length) ai.views.find(({ pointer }) => pointer === "/ai/model").suggest(models); }, signedOut: app.signedOut });
  const testToken = checkLine({ label: "Test token", what: "token", missing: "Enter the token first.", request: () => channelCheck(values, fields()),
    send: app.api.checkChannel, signedOut: app.signedOut });
  const ai = fieldGroup(values, () => {
    typed();
    testKey.reset();
    key.show(chosenProvider());
    budget.show(true);
  });
  const budget = budgetPart(values, prices, typed);
  const key = keyPart(values, keys, { onType: typed, test: testKey });
  const channel = fieldGroup(values, () => { typed(); testToken.reset(); }, testToken.element);
  const submit = h("button", { type: "submit", class: "primary" }, "Create bot");
  const steps = stepList();
  const progress = h("section", { class: "card making", "aria-label": "Progress", hidden: true }, h("h2", {}, "Creating"), steps.element);
  const errors = formErrors(views, (view) => { for (const part of [ai, channel, budget]) part.reveal(view); }, app.announce);
  const kept = h("p", { class: "kept", hidden: !values.typed }, "Your earlier input has been restored. ",
      h("button", { type: "button", class: "quiet small", onclick: () => { discard(); again(); } }, "Clear form"));
  let busy = false;

  function chosenProvider() { return providers.find(({ id }) => id === values["/ai/provider"]); }

  function showProvider(id) {
    values["/ai/provider"] = id;
    const chosen = chosenProvider();
    values["/ai/model"] ??= chosen.models?.[0];
    ai.show(aiFields(chosen, knownServers(keys, id)));
    key.show(chosen);
    budget.show(true);
    testKey.reset();
  }

  function chooseProvider(id) {
    for (const { pointer } of ai.views) delete values[pointer];
    key.forget();
    showProvider(id);
  }

  function showChannel(id) {
    values["/channel/type"] = id;
    const chosen = channels.find((entry) => entry.id === id);
    channel.show(channelFields(chosen));
    access.show(chosen);
    reach.show(chosen);
    key.show(chosenProvider());
    budget.show(true);
    setHidden(testToken.element, !chosen.credentials?.length);
    testToken.reset();
  }

  function chooseChannel(id) {
    for (const { pointer } of channel.views) delete values[pointer];
    delete values["/access/allow"];
    showChannel(id);
  }

  function views() { return [name, type, ...channel.views, ...access.views, reach.view, provider, ...ai.views, ...key.views, ...budget.views, instructions]; }
  const fields = () => views().map(({ field }) => field);
  const discard = () => app.forget("create");

  async function send() {
    if (busy) return;
    setBusy(true);
    errors.clear();
    try {
      const bot = await app.api.create({ ...toRequest(values, fields()), budget: budget.request() });
      discard();
      app.created(bot);
    } catch (problem) {
      if (problem.status === 401) app.signedOut();
      else if (problem.errors?.length) errors.show(placedAtKey(problem.errors, views().map(({ pointer }) => pointer)));
      else errors.fail(explain(problem, "Creating the bot"), [409, 503].includes(problem.status) ? h("p", {}, h("a", { href: "#/system" }, "Open the system page")) : "");
    } finally {
      setBusy(false);
    }
  }

  function setBusy(now) {
    busy = now;
    setAttribute(submit, "aria-disabled", now ? "true" : null);
    setText(submit, now ? "Creating…" : "Create bot");
    setHidden(progress, !now);
    if (now) steps.show(null);
  }

  values["/ai/provider"] = provider.input.value;
  showChannel(type.input.value);
  showProvider(provider.input.value);
  const element = h("form", { class: "create", novalidate: true, onsubmit: (event) => { event.preventDefault(); send(); } },
      kept,
      h("fieldset", {}, h("legend", { class: "unseen" }, "Bot"), name.element),
      h("fieldset", {}, h("legend", {}, "Channel"), type.element, channel.element),
      access.element,
      reach.element,
      h("fieldset", {}, h("legend", {}, "AI"), provider.element, ai.element, key.element,
          h("p", { class: "aside" }, "OpenClaw’s heartbeat is disabled: the bot calls the AI only when it receives a message, so an idle bot costs nothing.")),
      budget.element,
      h("fieldset", {}, h("legend", { class: "unseen" }, "Persona"), instructions.element),
      errors.element, progress,
      h("div", { class: "form-end" }, submit, h("a", { class: "button quiet", href: "#/", onclick: discard }, "Cancel"),
          h("p", { class: "hint" }, "Secrets can be replaced later, but never read back.")));
  return { element, update(state) { if (busy) steps.show(inTheMaking(state.bots.values(), values[NAME.pointer])); } };
}
