// The help pages: Markdown that the server has in /docs/, shown as elements; its text is never markup.
import { Problem } from "./api.js";
import { h, icon, setHidden } from "./dom.js";
import { markdown, target, textOf } from "./markdown.logic.js";
import { explain } from "./problem.logic.js";
import { formatRoute } from "./route.logic.js";

const CONTENTS = "index";

/** A link to a help page, or to a section of it ("access#control-ui"). */
export function helpLink(place, text) {
  const [page, section] = place.split("#");
  return h("a", { class: "help-link", href: formatRoute({ view: "help", page, section }) }, text);
}

export function mountHelp(host, app, { page }) {
  const name = page || CONTENTS;
  let title = "Help", section = "", loaded = false;
  const back = h("a", { class: "back always", href: formatRoute({ view: "help" }), hidden: name === CONTENTS }, icon("back"), "All help pages");
  const content = h("article", { class: "help" }, h("h1", { tabindex: "-1" }, "Help"), h("p", { class: "hint", role: "status" }, "Loading…"));
  host.append(back, content);

  async function load() {
    try {
      const blocks = markdown(await read(name));
      title = textOf(blocks.find(({ kind }) => kind === "heading")?.inline ?? []) || title;
      content.replaceChildren(...blocks.map(block));
      loaded = true;
      if (document.activeElement === document.body) content.querySelector("h1")?.focus({ preventScroll: true });
      app.titled();
      jump();
    } catch (problem) {
      if (problem.status === 401) return app.signedOut();
      const { cause, next } = explain(problem, "");
      content.replaceChildren(h("h1", { tabindex: "-1" }, "Help"),
          h("p", { class: "lead" }, problem.status === 404 ? "There is no such help page." : `The page could not be loaded. ${cause} ${next}`));
      setHidden(back, false);
    }
  }

  function jump() {
    const place = section && content.querySelector(`[data-id="${CSS.escape(section)}"]`);
    if (!place) return;
    place.scrollIntoView();
    place.focus({ preventScroll: true });
  }

  function block(one) {
    switch (one.kind) {
      case "heading": return h(`h${one.level}`, { "data-id": one.id, tabindex: "-1" }, inline(one.inline));
      case "paragraph": return h("p", {}, inline(one.inline));
      case "code": return h("pre", { tabindex: "0" }, h("code", {}, one.text));
      case "quote": return h("blockquote", {}, one.blocks.map(block));
      case "rule": return h("hr");
      case "list": return h(one.ordered ? "ol" : "ul", {}, one.items.map((item) =>
        h("li", {}, item.length === 1 && item[0].kind === "paragraph" ? inline(item[0].inline) : item.map(block))));
      case "table": return h("div", { class: "scroll", tabindex: "0", role: "group", "aria-label": "Table" }, h("table", {},
          h("thead", {}, h("tr", {}, one.head.map((cell) => h("th", { scope: "col" }, inline(cell))))),
          h("tbody", {}, one.rows.map((row) => h("tr", {}, row.map((cell) => h("td", {}, inline(cell))))))));
    }
  }

  const inline = (parts) => parts.map((part) => {
    switch (part.kind) {
      case "code": return h("code", {}, part.text);
      case "bold": return h("strong", {}, inline(part.inline));
      case "em": return h("em", {}, inline(part.inline));
      case "link": return link(target(part.href, name), inline(part.inline));
      default: return part.text;
    }
  });

  function link(to, text) {
    if (!to) return h("span", {}, text);
    return to.url ? h("a", { href: to.url, target: "_blank", rel: "noreferrer noopener" }, text)
      : h("a", { href: formatRoute({ view: "help", page: to.page === CONTENTS ? "" : to.page, section: to.section }) }, text);
  }

  load();
  return {
    get title() { return title; },
    update(_state, route) {
      if (route.section === section) return;
      section = route.section;
      if (loaded) jump();
    },
  };
}

async function read(name) {
  const answer = await fetch(`/docs/${encodeURIComponent(name)}.md`, { headers: { Accept: "text/markdown" } })
      .catch(() => { throw new Problem({ title: "BotMaker is not responding" }); });
  if (!answer.ok) throw new Problem({ status: answer.status, title: answer.statusText });
  return answer.text();
}
