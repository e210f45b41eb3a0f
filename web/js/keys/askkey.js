// The dialogs that add a kept key, replace its value, and rename it.
import { askFields } from "../create/askfields.js";
import { checkLine } from "../create/check.js";
import { choiceField, textField } from "../create/field.js";
import { fieldGroup } from "../create/fieldgroup.js";
import { amount } from "../spending/budget.logic.js";
import { keyCheck, LABEL, LIMIT, newKey, newKeyFields, PROVIDER, serverOf, valueField } from "./keys.logic.js";

const testLine = (app, request) => checkLine({ label: "Test key", what: "key", missing: "Enter the key first.", request, send: app.api.checkAi, signedOut: app.signedOut });

export function askNewKey(app, { providers }) {
  const values = { [PROVIDER.pointer]: providers[0].id };
  const label = textField(LABEL, "", (value) => { values[LABEL.pointer] = value; });
  const provider = choiceField(PROVIDER, providers, providers[0].id, (id) => {
    for (const { pointer } of group.views) delete values[pointer]; // A key for one provider is not sent to another.
    values[PROVIDER.pointer] = id;
    show();
  });
  const views = () => [label, provider, ...group.views];
  const body = () => newKey(values, views().map(({ field }) => field));
  const test = testLine(app, () => keyCheck(body()));
  const group = fieldGroup(values, test.reset, test.element);

  function show() {
    group.show(newKeyFields(providers.find(({ id }) => id === values[PROVIDER.pointer])));
    test.reset();
  }

  show();
  return askFields({ title: "Add a key", views, body: [label.element, provider.element, group.element], reveal: group.reveal, action: "Add key" },
      () => app.api.addKey(body()), app);
}

export function askValue(app, key, catalog) {
  const provider = catalog.providers.find(({ id }) => id === key.provider);
  const values = {};
  const test = testLine(app, () => keyCheck({ ...key, apiKey: values["/apiKey"]?.trim() }));
  const group = fieldGroup(values, test.reset, test.element);
  group.show([valueField(provider, `New ${provider?.key?.label ?? "API key"}`)]);
  const bots = key.usedBy.length === 1 ? "The bot that uses it continues" : "The bots that use it continue";
  return askFields({
    title: `Replace the value of ${key.label}?`,
    text: `For ${serverOf(key, catalog)}. The old value is overwritten and cannot be restored. ${key.usedBy.length ? `${bots} with the new one, without a restart.` : ""}`.trim(),
    views: () => group.views, body: [group.element], action: "Replace",
  }, () => app.api.replaceKey(key.id, values["/apiKey"]?.trim() ?? ""), app);
}

export function askLabel(app, key) {
  const label = textField(LABEL, key.label, () => {});
  return askFields({ title: `Rename ${key.label}`, views: () => [label], body: [label.element], action: "Rename" },
      () => app.api.renameKey(key.id, label.input.value.trim()), app);
}

export function askLimit(app, key) {
  const limit = textField(LIMIT, key.budgetMonth === undefined ? "" : String(key.budgetMonth), () => {});
  return askFields({ title: `Limit ${key.label}`, views: () => [limit], body: [limit.element], action: "Save limit" },
      () => app.api.limitKey(key.id, limit.input.value.trim() ? amount(limit.input.value) : null), app);
}
