/// What BotMaker knows of OpenClaw: its AI providers and channels and what each needs (`Catalog`, `Provider`, `Channels`), a bot's
/// `openclaw.json` (`OpenClawConfig`), what its container needs (`OpenClaw`), and how to ask a running bot for its health (`BotProbe`).
///
/// Written for the OpenClaw version in `OpenClaw.VERSION`; another version may need another configuration. May import `json` and
/// `error` only: it knows no engine, no database and no bot.
package botmaker.openclaw;
