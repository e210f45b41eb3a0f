/// Files that are born closed, replaced whole and deleted without following links.
///
/// Ground layer: imports only `botmaker.error`. Linux only: it relies on `openat` and its relatives
/// (`SecureDirectoryStream`) and on `/proc`.
package botmaker.file;
