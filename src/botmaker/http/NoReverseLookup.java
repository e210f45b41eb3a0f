package botmaker.http;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.net.spi.InetAddressResolver;
import java.net.spi.InetAddressResolverProvider;
import java.util.stream.Stream;

/// Looks up addresses of names, as always, but never names of addresses; for the whole process, by its entry in
/// `META-INF/services`.
///
/// The JDK's HTTPS server asks for the name of each client's address before the handshake, in native code that holds one of
/// the few threads under all virtual ones. Where the name server is slow, or the client's own, a handful of connections would
/// stop the server for everyone. Nothing in BotMaker wants these names.
public final class NoReverseLookup extends InetAddressResolverProvider {
    /// For the service loader.
    public NoReverseLookup() {}

    @Override
    public InetAddressResolver get(Configuration configuration) {
        InetAddressResolver builtIn = configuration.builtinResolver();
        return new InetAddressResolver() {
            @Override
            public Stream<InetAddress> lookupByName(String host, LookupPolicy policy) throws UnknownHostException {
                return builtIn.lookupByName(host, policy);
            }

            @Override
            public String lookupByAddress(byte[] address) throws UnknownHostException {
                throw new UnknownHostException("Names of addresses are not looked up");
            }
        };
    }

    @Override
    public String name() {
        return "botmaker";
    }
}
