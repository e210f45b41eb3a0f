package botmaker.dialect;

import botmaker.wire.HeaderFields;

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

    /// Returns whether it is the field of this name, in lower case.
    boolean is(String name) {
        return field.equalsIgnoreCase(name);
    }

    /// Adds a key to the fields.
    HeaderFields put(HeaderFields fields, String key) {
        return fields.and(field, before + key);
    }
}
