package botmaker.logs;

/// What becomes of a line's text before anybody sees it: the place to take secrets out.
///
/// It gets whole lines, however many frames they came in; a line over 256 KiB without its end.
@FunctionalInterface
interface LineFilter {
    /// Leaves everything as it is.
    LineFilter NONE = text -> text;

    String apply(String text);
}
