package botmaker.broker;

import java.math.BigInteger;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.List;

/// Tells addresses of the internet from those of this host and of networks that only it can reach.
final class PublicAddresses {
    /// Not reachable for everybody (IANA IPv4 Special-Purpose Address Registry), multicast, or reserved.
    private static final List<Block> SPECIAL_4 = List.of(
            Block.of("0.0.0.0", 8), Block.of("10.0.0.0", 8), Block.of("100.64.0.0", 10), Block.of("127.0.0.0", 8),
            Block.of("168.63.129.16", 32), // the host of virtual machines at Azure, which it serves their settings
            Block.of("169.254.0.0", 16), Block.of("172.16.0.0", 12), Block.of("192.0.0.0", 24), Block.of("192.0.2.0", 24),
            Block.of("192.88.99.0", 24), Block.of("192.168.0.0", 16), Block.of("198.18.0.0", 15), Block.of("198.51.100.0", 24),
            Block.of("203.0.113.0", 24), Block.of("224.0.0.0", 4), Block.of("240.0.0.0", 4));

    /// What is assigned to the internet, and within it what is not, or contains an IPv4 address (Teredo, 6to4). All else of IPv6 is
    /// refused: loopback, unique local, link-local, multicast, IPv4-mapped, NAT64.
    private static final Block GLOBAL_6 = Block.of("2000::", 3);
    private static final List<Block> SPECIAL_6 =
            List.of(Block.of("2001::", 23), Block.of("2001:db8::", 32), Block.of("2002::", 16), Block.of("3fff::", 20));

    /// All addresses that begin with the same bits.
    private record Block(BigInteger start, int bits, int length) {
        static Block of(String address, int bits) {
            byte[] bytes = InetAddress.ofLiteral(address).getAddress();
            return new Block(new BigInteger(1, bytes), bits, 8 * bytes.length);
        }

        boolean contains(InetAddress address) {
            return new BigInteger(1, address.getAddress()).xor(start).shiftRight(length - bits).signum() == 0;
        }
    }

    private PublicAddresses() {}

    /// Returns whether an address is of the internet, and none of this host.
    static boolean contain(InetAddress address) {
        boolean global = address instanceof Inet4Address
                ? SPECIAL_4.stream().noneMatch(block -> block.contains(address))
                : GLOBAL_6.contains(address) && SPECIAL_6.stream().noneMatch(block -> block.contains(address));
        return global && !isOfThisHost(address);
    }

    private static boolean isOfThisHost(InetAddress address) {
        try {
            return NetworkInterface.getByInetAddress(address) != null;
        } catch (SocketException _) {
            return true; // not known: refused
        }
    }
}
