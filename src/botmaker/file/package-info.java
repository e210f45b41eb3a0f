/// Creates files that are private from the start, replaces them atomically, and deletes without following links.
///
/// Ground layer: imports only `botmaker.error`. Linux only: it relies on `openat` and its relatives
/// (`SecureDirectoryStream`) and on `/proc`.
package botmaker.file;
