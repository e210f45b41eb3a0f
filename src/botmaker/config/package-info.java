/// The settings, read from a properties file and the environment, and the program's version. May import the value types that
/// settings turn into (`auth`, `bot`, `openclaw`) and nothing that does work.
package botmaker.config;
