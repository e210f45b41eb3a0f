// The audit log, newest first, and the head of its hash chain.
import { h, keyedList, setAttribute, setHidden, setText } from "../app/dom.js";
import { isAbsent } from "../app/api.js";
import { actionWords, isDone, outcomeWords, who, withOlder } from "./audit.logic.js";
import { helpLink } from "../app/help.js";
import { explain } from "../app/problem.logic.js";
import { clock } from "../app/time.logic.js";
import { card, describe, outcome } from "../app/card.js";
import { copyButton } from "../app/copy.js";

const COLUMNS = ["Time", "Action", "Bot", "User", "Result"];

export function auditPart(app) {
  let records = [];
  const result = outcome(), chain = h("dl", {});
  const body = h("tbody", {});
  const table = h("table", { class: "audit" }, h("thead", {}, h("tr", {}, COLUMNS.map((name) => h("th", { scope: "col" }, name)))), body);
  const older = h("button", { type: "button", class: "small", onclick: () => load(records.at(-1)?.seq) }, "Load older");
  const element = card("Audit log", { hidden: true, hint: ["BotMaker never changes or removes a record. Store the head elsewhere; “audit verify --head” then proves that everything up to it is unchanged. ", helpLink("audit", "Help")] },
      chain, table, h("div", { class: "row-actions" }, older), result.element);
  result.show("");

  /** @param before the place in the record to read back from; absent for the newest */
  async function load(before) {
    if (older.ariaDisabled === "true") return;
    older.ariaDisabled = "true";
    try {
      const page = await app.api.audit(before);
      records = before ? withOlder(records, page.records) : page.records;
      result.show("");
      show(page);
    } catch (problem) {
      if (problem.status === 401) return app.signedOut();
      if (isAbsent(problem)) return;
      setHidden(element, false);
      const { cause, next } = explain(problem, "");
      result.show(`${cause} ${next}`, "bad");
    } finally {
      older.ariaDisabled = null;
    }
  }

  function show({ count, head }) {
    const now = Date.now();
    setHidden(element, false);
    setHidden(older, (records.at(-1)?.seq ?? 1) <= 1);
    describe(chain, [["Records", String(count)], ["Head", head, true]], () => copyButton(app));
    keyedList(body, records, ({ seq }) => String(seq),
        () => h("tr", {}, h("td", {}, h("time", {})), h("td", {}, h("span", {}), h("p", { class: "hint" })), COLUMNS.slice(2).map(() => h("td", {}))),
        (row, record) => {
          const [when, what, bot, by, end] = row.children;
          setText(when.firstChild, clock(record.at, now));
          setAttribute(when.firstChild, "datetime", record.at);
          setAttribute(when.firstChild, "title", `${record.at}, record ${record.seq}`);
          setText(what.firstChild, actionWords(record.action));
          setText(what.lastChild, record.detail);
          setText(bot, record.name || record.bot);
          setText(by, who(record));
          setText(end, outcomeWords(record));
          setAttribute(end, "data-tone", isDone(record) ? "idle" : "bad");
        });
  }

  return { element, load: () => load() };
}
