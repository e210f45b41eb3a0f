/// One-time links to a bot's Control UI. May import `bot.view`, `bot.model`, `openclaw`, `http`, `json` and `error`.
package botmaker.controlui;
