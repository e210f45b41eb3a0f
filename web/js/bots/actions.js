// What can be done with bots: each action asks where it must, marks only its own bots busy, and tells how it went.
import { bulkPhrase, bulkPlan, countOf, eachOf, groupFailures } from "./bulk.logic.js";
import { isStarting } from "./bots.logic.js";
import { explain } from "../app/problem.logic.js";
import { withBot, withBusy, withoutBot, withSelection } from "../app/state.logic.js";
import { confirmAction } from "../app/dialogs.js";
import { confirmBulk, confirmDelete } from "./confirm.js";

const VERBS = { start: ["starting", "Starting"], stop: ["stopping", "Stopping"], restart: ["restarting", "Restarting"], delete: ["deleting", "Deleting"],
  recreate: ["recreating", "Recreating"], repair: ["repairing", "Repairing"] };
const AT_ONCE = 4; // Actions under way at the same time: the engine does not get faster with more.

/** @param page {api, get state, change(state → state), fail, announce, signedOut, leave(id)} */
export function makeActions(page) {
  const { api } = page;

  /** Runs work for a bot that is marked busy meanwhile. @returns {Promise<object | null>} the problem, if there was one */
  async function whileBusy(bot, busy, work) {
    if (page.state.busy.has(bot.id)) return null;
    page.change((state) => withBusy(state, bot.id, busy));
    try {
      await work();
      return null;
    } catch (problem) {
      return problem;
    } finally {
      page.change((state) => withBusy(state, bot.id, null));
    }
  }

  function tell(problem, wanted) {
    if (problem?.status === 401) page.signedOut();
    else if (problem) page.fail(explain(problem, wanted));
    return !problem;
  }

  const keep = (bot) => page.change((state) => bot && state.bots.has(bot.id) ? withBot(state, bot) : state);

  const deleteBot = (bot, keepState) => async () => {
    await api.remove(bot.id, keepState);
    page.change((state) => withoutBot(state, bot.id));
    page.leave(bot.id);
  };

  async function act(bot, action) {
    if (!bot || page.state.busy.has(bot.id)) return false;
    if (action !== "start" && isStarting(bot) && !await confirmAction({
      title: `${action === "stop" ? "Stop" : "Restart"} ${bot.name}?`,
      text: "It is still starting. Interrupting that is safe, but it will need the whole start again.",
      action: action === "stop" ? "Stop it" : "Restart it",
    })) return false;
    const [busy, verb] = VERBS[action];
    return tell(await whileBusy(bot, busy, async () => {
      const now = await api[action](bot.id);
      keep(now);
      page.announce(`${now.name} is ${now.status}`);
    }), `${verb} ${bot.name}`);
  }

  async function remove(bot) {
    const answer = bot && await confirmDelete(bot);
    if (!answer) return;
    tell(await whileBusy(bot, "deleting", async () => {
      await deleteBot(bot, answer.keepState)();
      page.announce(`${bot.name} was deleted`);
    }), `Deleting ${bot.name}`);
  }

  async function recreate(bot) {
    if (!bot || !await confirmAction({
      title: `Recreate ${bot.name} on the new image?`,
      text: "Its container is made anew, which interrupts it for about a minute. Its memory is kept: a copy is made first, and comes back with the old image if the bot does not become ready.",
      action: "Recreate it",
    })) return;
    tell(await whileBusy(bot, "recreating", async () => {
      keep(await api.recreate(bot.id));
      page.announce(`${bot.name} is being recreated`);
    }), `Recreating ${bot.name}`);
  }

  async function repair(bot) {
    if (!bot || !await confirmAction({
      title: `Repair the container of ${bot.name}?`,
      text: "It is removed and made anew as BotMaker would make it now, which interrupts the bot for about a minute. Its memory and its secrets are kept; the log of the old container goes.",
      action: "Repair it",
    })) return;
    tell(await whileBusy(bot, "repairing", async () => {
      keep(await api.repair(bot.id));
      page.announce(`The container of ${bot.name} was made anew`);
    }), `Repairing ${bot.name}`);
  }

  /** One action on several bots; those for which it means nothing are left alone, and the question says so. */
  async function bulk(action, ids) {
    const { does, skips } = bulkPlan(ids.map((id) => page.state.bots.get(id)).filter(Boolean), action);
    const answer = await confirmBulk({ action, does, skips, phrase: action === "delete" ? bulkPhrase(does.length) : "" });
    if (!answer) return;
    const [busy, verb] = VERBS[action];
    const failures = [];
    page.change((state) => withSelection(state, null));
    await eachOf(does, AT_ONCE, async (bot) => {
      const problem = await whileBusy(bot, busy, action === "delete" ? deleteBot(bot, answer.keepState) : async () => keep(await api[action](bot.id)));
      if (problem) failures.push({ bot, problem });
    });
    for (const { problem, names } of groupFailures(failures)) tell(problem, `${verb} ${names.join(", ")}`);
    page.announce(`${countOf(does.length - failures.length)} done${failures.length ? `, ${failures.length} failed` : ""}`);
  }

  return { act, remove, recreate, repair, bulk };
}
