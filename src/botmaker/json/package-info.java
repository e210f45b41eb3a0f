/// Parses JSON (RFC 8259) strictly and writes it exactly.
///
/// Values are immutable and keep their order. The parser refuses whatever two programs could read differently: malformed UTF-8,
/// a byte order mark, duplicate names in an object, and lone surrogates, escaped or not (I-JSON, RFC 7493 §2.1 and §2.3). It
/// also refuses what costs too much: more than 8 MiB, or more than 64 levels of nesting. Errors state a position or a path, never
/// the content. Numbers keep their digits until a program asks for a `long`.
///
/// Ground layer: imports nothing of BotMaker.
package botmaker.json;
