/// What the chat services look like to the broker: where a bot's token stands in what is sent to them, which calls a bot may not make,
/// and in what form a refusal is understood.
///
/// Imports `botmaker.dialect`, `botmaker.wire` and `botmaker.json`.
package botmaker.chat;
