package botmaker.error;

import static java.util.Objects.requireNonNull;

/// One field of a request that cannot be accepted, and why.
///
/// @param field   where it is, as a JSON Pointer (RFC 6901), `/ai/apiKey`; empty for the whole document; `?tail` in the query
/// @param message what is wrong, for a person; never holds the refused value
public record FieldError(String field, String message) {
    public FieldError {
        requireNonNull(field);
        requireNonNull(message);
    }
}
