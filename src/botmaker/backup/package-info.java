/// Backup and restore: one encrypted file that holds the whole data directory.
///
/// Independent of `bot`: a [BackupSource] provides the bots. Imports `store`, `secret`,
/// `json`, `file` and `error`.
///
/// ## The format
///
/// All numbers are big-endian. A backup is a header of 64 bytes and chunks.
///
/// | bytes | header |
/// |---|---|
/// | 0–15 | magic, `BotMaker backup\n` in ASCII |
/// | 16–19 | version, 1 |
/// | 20–23 | PBKDF2 iterations; BotMaker writes 600,000 |
/// | 24–39 | salt, random |
/// | 40–55 | check, which distinguishes a wrong passphrase from damage |
/// | 56–62 | nonce prefix, random |
/// | 63 | 0 |
///
/// PBKDF2-HMAC-SHA512 (RFC 8018) of the passphrase (UTF-8, in Unicode normal form C), salt and rounds gives 48 bytes: the
/// first 32 are the AES-256 key, the other 16 the check.
///
/// A chunk is 65,536 bytes of plaintext, the last one 0 to 65,536, encrypted by AES-256-GCM (NIST SP 800-38D) and followed by
/// its tag of 16 bytes. Nonce: the prefix, the number of the chunk from 0 in 4 bytes, and one byte that is 1 for the last chunk
/// and 0 for all others. Additional authenticated data: the whole header. Any change,
/// omission, reordering or truncation is therefore detected (this is STREAM by Hoang, Reyhanitabar, Rogaway and Vizár, 2015).
///
/// The plaintext is a GNU tar archive compressed by gzip (RFC 1952); after decryption, `tar -xzf` reads it. Its entries, in order:
///
/// - `manifest.json`: `{"format":1,"botmaker":"0.1.0","createdAt":"…","bots":2}`
/// - `botmaker.db`: an SQLite database
/// - `admin-password`, if it exists
/// - `secrets/`, with `<owner>/<name>`
/// - `keys/`, with `<key>/value`, if keys are kept
/// - `broker/`, with `usage.db`, an SQLite database of what bots spent, if they spent anything
/// - `bots/`, with each bot's directory as in the data directory
///
/// Entries with user id 0 belong to the user who restores them, all others to the user they name.
package botmaker.backup;
