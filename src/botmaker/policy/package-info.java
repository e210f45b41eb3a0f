/// What each bot may reach, and with which keys: written by the dashboard, followed by the broker. Holds no key.
///
/// Imports `botmaker.json` and `botmaker.file`.
package botmaker.policy;
