// The create form, one page, made from GET /api/catalog. The server alone judges what was typed; its errors land beside
// their fields, all at once, and nothing that was typed is lost by them.
import { h, icon, setAttribute, setHidden, setText } from "../dom.js";
import { aiFields, channelFields, NAME, placeErrors, toRequest } from "../logic/form.js";
import { explain } from "../logic/problem.js";
import { accessPart } from "./access.js";
import { choiceField, textField } from "./field.js";
import { fieldGroup } from "./fieldgroup.js";

export function mountCreate(host, app) {
  const loading = h("div", { class: "nothing", role: "status" }, "Looking…");
  host.append(h("a", { class: "back", href: "#/" }, icon("back"), "Bots"), h("h1", { tabindex: "-1" }, "New bot"), loading);

  async function load() {
    try {
      const catalog = await app.api.catalog();
      loading.replaceWith(form(catalog, app));
    } catch (problem) {
      const { cause, next } = explain(problem, "");
      loading.replaceChildren(h("p", {}, `The form could not be loaded. ${cause} ${next}`),
          h("button", { type: "button", onclick: load }, "Try again"));
    }
  }

  load();
  return { title: "New bot", update() {} };
}

function form({ providers, channels }, app) {
  const values = {};
  const ai = fieldGroup(values), channel = fieldGroup(values), access = accessPart(values);
  const name = textField(NAME, "", (value) => { values[NAME.pointer] = value; });
  const provider = choiceField({ pointer: "/ai/provider", label: "Provider", required: true }, providers, providers[0].id, chooseProvider);
  const type = choiceField({ pointer: "/channel/type", label: "Service", required: true }, channels, channels[0].id, chooseChannel);
  const alert = h("div", { class: "notice", role: "alert", hidden: true });
  const submit = h("button", { type: "submit", class: "primary" }, "Create bot");
  let busy = false;

  function chooseProvider(id) {
    // What belongs to one provider is never another's: its key above all.
    for (const { pointer } of ai.views) delete values[pointer];
    values["/ai/provider"] = id;
    ai.show(aiFields(providers.find((entry) => entry.id === id)));
  }

  function chooseChannel(id) {
    for (const { pointer } of channel.views) delete values[pointer];
    values["/channel/type"] = id;
    const chosen = channels.find((entry) => entry.id === id);
    channel.show(channelFields(chosen));
    access.show(chosen);
  }

  const views = () => [name, provider, ...ai.views, type, ...channel.views, ...access.views];

  async function send() {
    if (busy) return;
    setBusy(true);
    showErrors([]);
    try {
      app.created(await app.api.create(toRequest(values, [...views(), ...access.fields])));
    } catch (problem) {
      if (problem.status === 401) app.signedOut();
      else if (problem.errors?.length) showErrors(problem.errors);
      else if (problem.status === 409) showErrors([{ field: NAME.pointer, message: problem.detail }]);
      else showAlert(explain(problem, "Creating the bot"));
    } finally {
      setBusy(false);
    }
  }

  function setBusy(now) {
    busy = now;
    setAttribute(submit, "aria-disabled", now ? "true" : null);
    setText(submit, now ? "Creating…" : "Create bot");
  }

  function showErrors(errors) {
    const all = views();
    const { byField, rest } = placeErrors(errors, all.map(({ pointer }) => pointer));
    for (const view of all) {
      view.showError(byField.get(view.pointer) ?? "");
      if (byField.has(view.pointer)) for (const part of [ai, channel]) part.reveal(view);
    }
    alert.replaceChildren(...rest.map((message) => h("p", {}, message)));
    setHidden(alert, rest.length === 0);
    all.find(({ pointer }) => byField.has(pointer))?.input.focus();
    if (errors.length) app.announce(errors.length === 1 ? "One field needs another look." : `${errors.length} fields need another look.`);
  }

  function showAlert({ title, cause, next }) {
    alert.replaceChildren(h("p", {}, h("strong", {}, title + ".")), h("p", {}, `${cause} ${next}`));
    setHidden(alert, false);
    alert.scrollIntoView({ block: "nearest" });
  }

  chooseProvider(providers[0].id);
  chooseChannel(channels[0].id);
  return h("form", { class: "create", novalidate: true, onsubmit: (event) => { event.preventDefault(); send(); } },
      h("fieldset", {}, h("legend", { class: "unseen" }, "Bot"), name.element),
      h("fieldset", {}, h("legend", {}, "AI"), provider.element, ai.element,
          h("p", { class: "aside" }, "OpenClaw’s heartbeat is off: the bot calls the AI only when someone writes to it. A quiet bot costs nothing.")),
      h("fieldset", {}, h("legend", {}, "Channel"), type.element, channel.element),
      access.element, alert,
      h("div", { class: "form-end" }, submit, h("a", { class: "button quiet", href: "#/" }, "Cancel"),
          h("p", { class: "hint" }, "Secrets go into files of this bot alone and are never shown again.")));
}
