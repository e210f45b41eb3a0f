/// The server's certificate and key: read from PEM files, checked, and read again when they change.
///
/// [ServerTls] is what others use: it hands out an `SSLContext` for the server. What it speaks is decided here, too: TLS 1.2
/// and 1.3 with forward secrecy. Imports `file`.
package botmaker.tls;
