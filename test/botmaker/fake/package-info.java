/// Stand-ins for the services that a bot talks to, as real HTTP servers: an AI provider and Telegram.
///
/// A bot in a container reaches them at the address of its Docker network's gateway, so they are bound to that one. They
/// answer what OpenClaw asks for and are strict where a real service is (tokens, paths), so that a wrong configuration shows.
package botmaker.fake;
