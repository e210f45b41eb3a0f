// The actions on bots: each asks for confirmation where needed, marks only its own bots as busy, and reports its result.
import { bulkPhrase, bulkPlan, countOf, eachOf, groupFailures } from "./bulk.logic.js";
import { isStarting } from "./bots.logic.js";
import { explain } from "../app/problem.logic.js";
import { withBot, withBusy, withoutBot, withSelection } from "../app/state.logic.js";
import { confirmAction } from "../app/dialogs.js";
import { isBrokered, isOnTrial, movable, moveResult, reach } from "./reach.logic.js";
import { confirmBulk, confirmDelete } from "./confirm.js";
import { confirmMoves } from "./moves.js";

const VERBS = { start: ["starting", "Starting"], stop: ["stopping", "Stopping"], restart: ["restarting", "Restarting"], delete: ["deleting", "Deleting"],
  recreate: ["upgrading", "Upgrading"], repair: ["repairing", "Repairing"] };
const LOOK = 500; // ms between looks at the state of a bot on trial
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
const AT_ONCE = 4; // Concurrent actions; the engine does not get faster with more.

/** @param page {api, catalog() → promise, get state, change(state → state), fail, announce, signedOut, leave(id)} */
export function makeActions(page) {
  const { api } = page;

  /** Runs work on a bot, which is marked as busy meanwhile. @returns {Promise<object | null>} the problem, if there was one */
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
      text: "The bot is still starting. Interrupting it is safe, but the next start takes the full time again.",
      action: action === "stop" ? "Stop bot" : "Restart bot",
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
      title: `Upgrade ${bot.name} to the new image?`,
      text: "The container is replaced, which interrupts the bot for about a minute. Its memory is backed up first; if the bot does not become healthy, BotMaker rolls back to the old image and that backup.",
      action: "Upgrade",
    })) return;
    tell(await whileBusy(bot, "upgrading", async () => {
      keep(await api.recreate(bot.id));
      page.announce(`${bot.name} is being upgraded`);
    }), `Upgrading ${bot.name}`);
  }

  async function repair(bot) {
    if (!bot || !await confirmAction({
      title: `Repair the container of ${bot.name}?`,
      text: "The container is replaced with one that matches the current configuration, which interrupts the bot for about a minute. Memory and secrets are kept; the log of the old container is lost.",
      action: "Repair",
    })) return;
    tell(await whileBusy(bot, "repairing", async () => {
      keep(await api.repair(bot.id));
      page.announce(`The container of ${bot.name} was replaced`);
    }), `Repairing ${bot.name}`);
  }

  async function resumeAi(bot) {
    if (!bot) return;
    tell(await whileBusy(bot, "resuming", async () => {
      keep(await api.resumeAi(bot.id));
      page.announce(`The AI of ${bot.name} is resumed`);
    }), `Resuming the AI of ${bot.name}`);
  }

  /** Changes the reach of a bot, and waits until it has proved itself or gone back. @returns {Promise<{tone, text}>} */
  async function moveAndWait(bot, to) {
    const problem = await whileBusy(bot, "moving", async () => {
      keep(await api.change(bot.id, { reach: to }));
      while (isOnTrial(page.state.bots.get(bot.id) ?? {}) && page.state.bots.get(bot.id).status !== "stopped") await pause(LOOK);
    });
    if (problem?.status === 401) page.signedOut();
    if (problem) return { tone: "bad", text: `Not moved: ${explain(problem, "").cause}` };
    const now = await api.bot(bot.id).catch(() => null);
    return now ? moveResult(now, to, now.events) : { tone: "idle", text: "Its state is not known; look at its page." };
  }

  async function move(bot, to) {
    if (!bot || page.state.busy.has(bot.id) || !isBrokered(to) || !await confirmAction({
      title: `Move ${bot.name} to ${reach(to).label}?`,
      text: `${reach(to).meaning} The container is replaced, which interrupts the bot for about a minute; its memory is kept. If the bot does not become healthy, or its calls do not pass, BotMaker goes back. Replace the key at its provider afterwards: the bot could read it until now.`,
      action: "Move bot",
    })) return;
    const { tone, text } = await moveAndWait(bot, to);
    if (tone === "bad") page.fail({ title: `Moving ${bot.name}`, cause: text, next: "" });
    else page.announce(`${bot.name}: ${text}`);
  }

  /** Moves all bots that hold a key, one after another; the dialog shows how each fares. */
  const moveAll = async () => confirmMoves(movable(page.state.bots.values(), (await page.catalog()).channels), moveAndWait);

  /** Runs an action on several bots; the confirmation names those that it skips. */
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
    page.announce(`${countOf(does.length - failures.length)} succeeded${failures.length ? `, ${failures.length} failed` : ""}`);
  }

  return { act, remove, recreate, repair, resumeAi, move, moveAll, bulk };
}
