package botmaker.http;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.net.spi.InetAddressResolver;
import java.net.spi.InetAddressResolverProvider;
import java.util.stream.Stream;

/// Disables reverse DNS lookups for the whole process, through its entry in `META-INF/services`. Forward lookups are unchanged.
///
/// The JDK's HTTPS server looks up the name of each client's address before the handshake, in native code that blocks a carrier
/// thread. With a slow name server, or the client's own, a handful of connections would stop the server for everyone. BotMaker
/// needs no such names.
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
