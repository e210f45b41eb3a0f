package botmaker.backup;

/// One bot, as far as a backup knows it.
///
/// @param id  the name of its directories
/// @param uid the user that owns its files
/// @param gid the group
/// @param row all that its row says, so that it is another text after every change
public record Member(String id, int uid, int gid, String row) { }
