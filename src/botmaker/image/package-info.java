/// The image that bots are made from: fetched from its registry, or built from its Dockerfile, with progress to watch.
///
/// ```
/// ImageRoutes ── ImageSupply ── ImageWork        one at a time, watched by any number of readers
///                               ├─ PullMeter     bytes of all layers
///                               └─ ImageBuild ── BaseImage, BuildContext ── TarArchive
/// ```
///
/// May import `botmaker.http`, `docker`, `json` and `error`.
package botmaker.image;
