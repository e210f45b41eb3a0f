package botmaker.ledger;

import java.time.LocalDate;
import java.util.Optional;

/// How much a bot exchanged with a host on a day.
///
/// @param host   empty for all together that are not listed
/// @param opened connections
/// @param up     bytes that the bot sent
/// @param down   bytes that it got
public record HostUse(LocalDate day, Optional<String> host, long opened, long up, long down) {}
