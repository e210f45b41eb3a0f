/// One encrypted file that holds a whole BotMaker, and what makes a data directory of it again.
///
/// Knows nothing of `bot`: [BackupSource] tells it about the bots. Imports `store`, `secret`,
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
/// | 20–23 | PBKDF2 rounds, 600,000 in what is written here |
/// | 24–39 | salt, random |
/// | 40–55 | check: by it a wrong passphrase is told from damage |
/// | 56–62 | nonce prefix, random |
/// | 63 | 0 |
///
/// PBKDF2-HMAC-SHA512 (RFC 8018) of the passphrase (UTF-8, in Unicode normal form C), salt and rounds gives 48 bytes: the
/// first 32 are the AES-256 key, the other 16 the check.
///
/// A chunk is 65,536 bytes of plaintext, the last one 0 to 65,536, encrypted by AES-256-GCM (NIST SP 800-38D) and followed by
/// its tag of 16 bytes. Nonce: the prefix, the number of the chunk from 0 in 4 bytes, and one byte that is 1 for the last chunk
/// and 0 for all others. Additional authenticated data: the whole header. So nothing can be changed, left out, put elsewhere
/// or cut off without being noticed (this is STREAM by Hoang, Reyhanitabar, Rogaway and Vizár, 2015).
///
/// The plaintext is a GNU tar archive compressed by gzip (RFC 1952), so that after decryption `tar -xzf` reads it: in this order
///
/// - `manifest.json`: `{"format":1,"botmaker":"0.1.0","createdAt":"…","bots":2}`
/// - `botmaker.db`: an SQLite database
/// - `admin-password`, where there is one
/// - `secrets/`, with `<owner>/<name>`
/// - `bots/`, with a directory of each bot's files as they lay in the data directory
///
/// Entries of user id 0 belong to whoever restores them, all others to that user.
package botmaker.backup;
