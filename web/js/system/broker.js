// The broker on the system page: whether it runs, since when, and what is wrong with it.
import { h, keyedList, setHidden, setText } from "../app/dom.js";
import { card, describe } from "../app/card.js";
import { helpLink } from "../app/help.js";
import { brokerFacts, brokerProblems } from "./broker.logic.js";

export function brokerPart(app) {
  const facts = h("dl", {}), problems = h("ul", { class: "warnings" });
  const element = card("Broker", { hidden: true, hint: ["Makes the calls to the AI for bots that hold no key. ", helpLink("keys#what-the-broker-does", "Help: the broker")] }, facts, problems);
  return {
    element,
    async load() {
      try {
        const broker = await app.api.broker();
        setHidden(element, false);
        describe(facts, brokerFacts(broker, Date.now()));
        const all = brokerProblems(broker, [...app.bots]);
        setHidden(problems, all.length === 0);
        keyedList(problems, all, (text) => text, () => h("li", {}, h("p", {})), (item, text) => setText(item.firstChild, text));
      } catch (problem) {
        if (problem.status === 401) app.signedOut();
        else setHidden(element, true);
      }
    },
  };
}
