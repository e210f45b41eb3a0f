package botmaker.error;

import static java.util.Objects.requireNonNull;

/// Names one field of a request that is not acceptable, and why.
///
/// @param field   a JSON Pointer (RFC 6901), `/ai/apiKey`; empty for the whole document; `?tail` for a query parameter
/// @param message what is wrong, for a person; never contains the refused value
public record FieldError(String field, String message) {
    public FieldError {
        requireNonNull(field);
        requireNonNull(message);
    }
}
