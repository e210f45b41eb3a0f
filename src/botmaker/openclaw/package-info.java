/// What BotMaker knows of OpenClaw: which AI providers and channels it has and what each of them needs (`Catalog`), how a
/// bot's `openclaw.json` looks (`OpenClawConfig`), what its container needs (`OpenClaw`), how to ask a running bot whether it
/// works (`BotProbe`), to talk with it (`Conversation`) and to let people in (`Pairing`), and how to try credentials where
/// they belong before a bot is made of them (`KeyCheck`, `ChannelCheck`).
///
/// Written for the OpenClaw version in `OpenClaw.VERSION`; another version may want another configuration. May import
/// `json` and `error` only: it knows no engine, no database and no bot.
package botmaker.openclaw;
