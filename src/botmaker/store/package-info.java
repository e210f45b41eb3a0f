/// SQLite: one file, one writing thread, a few readers, migrations, and what its errors mean.
///
/// Knows nothing of what is stored: the features hold their own SQL. The only package that sees a JDBC connection.
/// Imports `botmaker.error` and `botmaker.file`, and sqlite-jdbc.
package botmaker.store;
