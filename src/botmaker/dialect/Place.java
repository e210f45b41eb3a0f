package botmaker.dialect;

import botmaker.wire.HeaderFields;
import botmaker.wire.HeaderFields.Field;

/// Where clients put their credential.
enum Place {
    BEARER("Authorization", "Bearer "),
    X_API_KEY("x-api-key", ""),
    X_GOOG_API_KEY("x-goog-api-key", ""),
    /// `?key=`, which is never sent on: queries end up in logs.
    QUERY("", "");

    private final String field;
    private final String before;

    Place(String field, String before) {
        this.field = field;
        this.before = before;
    }

    /// Returns whether a field is at this place.
    boolean isOf(Field other) {
        return other.is(field);
    }

    /// Adds a key to the fields.
    HeaderFields put(HeaderFields fields, String key) {
        return fields.and(field, before + key);
    }
}
