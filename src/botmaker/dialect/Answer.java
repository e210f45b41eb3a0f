package botmaker.dialect;

import botmaker.wire.HeaderFields;

/// An answer that the broker gives itself.
///
/// @param fields with the body's type; the caller frames the body
/// @param body   not copied
public record Answer(int status, HeaderFields fields, byte[] body) {
    /// The field that tells an answer of the broker's own from one of the provider; its value is a [Refused.Reason#id()].
    public static final String MARK = "x-botmaker-refused";
}
