/// Secrets on disk: one directory per owner, one file per secret, nobody else let in.
///
/// Knows nothing of bots or containers. Imports the ground: `error`, `file` and `json`.
package botmaker.secret;
