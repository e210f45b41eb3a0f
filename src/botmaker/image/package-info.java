/// The image that bots run: pulled from its registry, or built from its Dockerfile, with progress reports.
///
/// ```
/// ImageSupply ── ImageWork      one at a time, watched by any number of readers
///      └─────── ImageBuild
/// ```
///
/// May import `botmaker.http`, `docker`, `file`, `json` and `error`.
package botmaker.image;
