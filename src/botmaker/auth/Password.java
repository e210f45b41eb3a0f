package botmaker.auth;

/// The password that is right, in a form that can tell whether another is the same. Nothing can be read back from it.
public sealed interface Password permits PasswordHash, AdminPassword {
    /// Whether a password that someone entered is the right one. Takes as long for a wrong one as for the right one.
    boolean matches(String entered);
}
