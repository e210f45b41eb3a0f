/// One-time links to a bot's Control UI, and the ports of bots that have no network. May import `bot.view`, `bot.model`, `openclaw`,
/// `http`, `wire`, `json` and `error`.
package botmaker.controlui;
