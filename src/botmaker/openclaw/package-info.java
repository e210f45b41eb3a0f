/// What BotMaker knows of OpenClaw: its AI providers and channels and what each needs (`Catalog`, `Provider`, `Channels`), a bot's
/// `openclaw.json` (`OpenClawConfig`), what its container needs (`OpenClaw`), where
/// one that goes through the broker asks for its AI (`AiOrigin`), and how a running bot is asked for something (`GatewayCall`, `GatewayRpc`) and
/// for its health (`BotProbe`).
///
/// Written for the OpenClaw version in `OpenClaw.VERSION`; another version may need another configuration. May import `json`,
/// `error` and `wire` only: it knows no engine, no database and no bot.
package botmaker.openclaw;
