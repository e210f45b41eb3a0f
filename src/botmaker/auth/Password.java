package botmaker.auth;

/// The password that is right, in a form that can tell whether another is the same. Nothing can be read back from it.
/// Two are equal when they were read from the same text.
public interface Password {
    /// Whether a password that someone entered, in NFC, is the right one. Takes as long for a wrong one as for the right one.
    boolean matches(String entered);

    /// Whether somebody who may try for years could find it. One that cannot be found needs no protection from trying,
    /// which would shut out its owner too.
    boolean guessable();
}
