/// JSON as in RFC 8259: read strictly, written exactly.
///
/// Values are immutable and keep their order. Reading refuses whatever two readers could understand differently: malformed
/// UTF-8, a byte order mark, a name twice in one object, and half a surrogate pair, escaped or not (it is no character and has
/// no UTF-8: I-JSON, RFC 7493 §2.1 and §2.3). It also refuses what costs too much (`Limits`). Errors tell where, never what
/// stood there. Numbers keep their digits, whatever the size, until a program asks for a `long` or a `double`.
///
/// Ground layer: imports nothing of BotMaker.
package botmaker.json;
