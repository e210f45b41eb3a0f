/// Reads the server's certificate and key from PEM files, checks them, and reads them again when they change.
///
/// Other packages use [ServerTls], which provides the engines of the server's connections: TLS 1.2 and 1.3 with forward secrecy; and
/// [Pem] and [Der], with which the broker keeps its own certificate authority.
/// Imports `file`.
package botmaker.tls;
