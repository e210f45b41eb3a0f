/// Pairing requests: who waits to talk to a bot, and the operator's decisions. May import `bot.view`, `bot.model`, `openclaw`, `http`,
/// `json` and `error`.
package botmaker.pairing;
