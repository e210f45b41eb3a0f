/// Secrets on disk, and their removal from texts: one directory per owner, one file per secret, nobody else let in.
///
/// [Redactor] finds a secret of eight or more characters however programs spell it:
///
/// - as it is, whole or each of its lines;
/// - with any of its characters spelled `%41` (URLs; either case), `=41` (quoted-printable), `\x41`, `\u0041`, `%u0041`, `&#65;`,
///   `&#x41;`, `&amp;` or `\"`, all or some of them, up to four times over: JSON within a URL within JSON; and with `+` for blanks;
/// - in Base64 and its URL-safe form, with or without padding, alone or within a longer text; and in hexadecimal.
///
/// Of secrets that overlap, and of one that a cut runs through, no part is left. Not found are spellings that only a program bent on
/// it would print: broken over lines, reversed, encrypted, compressed, in other alphabets.
///
/// Knows nothing of bots or containers. Imports `error` and `file`.
package botmaker.secret;
