/// What BotMaker knows of OpenClaw: which AI providers and channels it has and what each of them needs (`Catalog`), how a
/// bot's `openclaw.json` looks (`OpenClawConfig`), what its container needs (`OpenClaw`), and how to ask a running bot
/// whether it works (`BotProbe`).
///
/// Written for the OpenClaw version in `OpenClaw.VERSION`; another version may want another configuration. May import
/// `json` and `error` only: it knows no engine, no database and no bot.
package botmaker.openclaw;
