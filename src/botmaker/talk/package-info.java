/// The operator's own conversation with a bot. May import `bot.view`, `bot.model`, `openclaw`, `http`, `secret`, `json` and `error`.
package botmaker.talk;
