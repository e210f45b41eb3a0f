// The form that changes a bot. It sends only what differs; input survives leaving the page, in memory.
import { h, setAttribute, setHidden, setText } from "../app/dom.js";
import { changes, effect, keepingCredentials, keepingKey, legacyText, LIMITS, putsKeyIn, valuesOf } from "./edit.logic.js";
import { aiFields, channelFields, NAME } from "../create/form.logic.js";
import { KEPT_KEY, knownServers, placedAtKey } from "../create/key.logic.js";
import { confirmAction } from "../app/dialogs.js";
import { helpLink } from "../app/help.js";
import { explain } from "../app/problem.logic.js";
import { LEGACY } from "../bots/reach.logic.js";
import { accessPart } from "../create/access.js";
import { budgetPart } from "../create/budget.js";
import { choiceField, textField } from "../create/field.js";
import { fieldGroup } from "../create/fieldgroup.js";
import { formErrors } from "../create/formerrors.js";
import { keyPart } from "../create/key.js";
import { reachPart } from "../create/reach.js";

const putKeyIn = (bot, change, channel) => ({ title: `Change ${bot.name} to Legacy?`, text: legacyText(bot, change, channel), action: "Change to Legacy" });

/**
 * @param keys the kept keys
 * @param prices what models cost
 * @param done (saved) → void, after saving or giving up
 */
export function editForm(app, bot, { providers, channels }, keys, prices, done) {
  const draftName = `edit:${bot.id}`, draft = app.draft(draftName);
  const values = draft.values ??= valuesOf(bot);
  const ai = fieldGroup(values, () => {
    key.show(chosenProvider());
    budget.show();
    typed();
  });
  const budget = budgetPart(values, prices, typed);
  const key = keyPart(values, keys, { onType: typed, adapt: (fields) => keepingKey(fields, bot, values) });
  const reach = reachPart(values, () => {
    key.show(chosenProvider());
    budget.show();
    typed();
  });
  const channel = fieldGroup(values, typed), access = accessPart(values, typed), limits = fieldGroup(values, typed);
  const name = textField(NAME, values[NAME.pointer], (value) => { values[NAME.pointer] = value; typed(); });
  const known = providers.some(({ id }) => id === bot.ai.provider) ? providers : [{ id: bot.ai.provider }, ...providers];
  const provider = choiceField({ pointer: "/ai/provider", label: "Provider", required: true }, known, values["/ai/provider"], chooseProvider);
  const service = channels.find(({ id }) => id === bot.channel.type) ?? { id: bot.channel.type };
  const save = h("button", { type: "submit", class: "primary" }, "Save");
  const note = h("p", { class: "hint" });
  const errors = formErrors(views, (view) => { for (const part of [ai, channel, budget]) part.reveal(view); }, app.announce);
  let busy = false;

  function typed() {
    draft.typed = true;
    show();
  }

  function chosenProvider() { return known.find(({ id }) => id === values["/ai/provider"]); }

  function showProvider(id) {
    values["/ai/provider"] = id;
    ai.show(aiFields(chosenProvider(), knownServers(keys, id)));
    key.show(chosenProvider());
    budget.show();
  }

  function chooseProvider(id) {
    for (const { pointer } of ai.views) delete values[pointer];
    key.forget();
    const before = valuesOf(bot);
    if (id === bot.ai.provider) for (const pointer of ["/ai/model", "/ai/baseUrl", KEPT_KEY]) values[pointer] = before[pointer];
    showProvider(id);
    typed();
  }

  function views() { return [name, ...channel.views, ...access.views, reach.view, provider, ...ai.views, ...key.views, ...budget.views, ...limits.views]; }
  const fields = () => views().map(({ field }) => field);

  function show() {
    const change = changes(bot, values, fields());
    setAttribute(save, "aria-disabled", busy || !change ? "true" : null);
    setText(save, busy ? "Saving…" : "Save");
    setText(note, !change ? "No changes yet." : effect(change));
  }

  async function send() {
    const change = changes(bot, values, fields());
    if (busy || !change || putsKeyIn(bot, change) && !await confirmAction(putKeyIn(bot, change, service))) return;
    busy = true;
    show();
    errors.clear();
    try {
      const now = await app.api.change(bot.id, change);
      app.forget(draftName);
      app.changed(now);
      return done(true);
    } catch (problem) {
      if (problem.status === 401) app.signedOut();
      else if (problem.errors?.length) errors.show(placedAtKey(problem.errors, views().map(({ pointer }) => pointer)));
      else errors.fail(explain(problem, `Changing ${bot.name}`));
    }
    busy = false;
    show();
  }

  function cancel() {
    app.forget(draftName);
    done(false);
  }

  reach.show(service, bot.reach ?? LEGACY);
  showProvider(values["/ai/provider"]);
  channel.show(keepingCredentials(channelFields(service)));
  access.show(service);
  limits.show(bot.limits ? LIMITS : []);
  const part = (title, ...content) => h("fieldset", {}, h("legend", {}, title), ...content);
  const channelPart = part("Channel", channel.element);
  setHidden(channelPart, channel.views.length === 0);
  const element = h("form", { class: "edit", novalidate: true, onsubmit: (event) => { event.preventDefault(); send(); } },
      name.element, channelPart, access.element, reach.element, part("AI", provider.element, ai.element, key.element), budget.element, part("Limits", limits.element, h("p", { class: "aside" }, helpLink("sizing#limits", "Help: limits and sizing"))), errors.element,
      h("div", { class: "form-end" }, save, h("button", { type: "button", class: "quiet", onclick: cancel }, "Cancel"), note));
  show();
  return {
    element,
    focus: () => name.input.focus(),
    /** The bot may change while it is being edited; changes are computed against its current state. */
    update(now) {
      if (bot === now || busy) return;
      bot = now;
      show();
    },
  };
}
