package botmaker.dialect;

/// A credential that a request presents.
///
/// @param place    where it stands, such as `authorization` or `?key`
/// @param value    without the scheme
/// @param expected whether it is where this API's clients put theirs, in the form in which they do
public record Credential(String place, String value, boolean expected) {
    /// Leaves the value out.
    @Override
    public String toString() {
        return "Credential[" + place + (expected ? "]" : ", unexpected]");
    }
}
