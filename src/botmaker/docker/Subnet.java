package botmaker.docker;

import static java.util.Objects.requireNonNull;

import java.net.InetAddress;

/// A range of addresses in CIDR notation, such as `172.18.0.0/16`.
public record Subnet(InetAddress address, int prefixLength) {
    public Subnet {
        requireNonNull(address);
        if (prefixLength < 0 || prefixLength > 8 * address.getAddress().length) {
            throw new IllegalArgumentException("no such prefix length");
        }
    }

    /// @throws IllegalArgumentException when the text is no address, slash and number
    public static Subnet parse(String cidr) {
        int slash = cidr.indexOf('/');
        if (slash < 0) {
            throw new IllegalArgumentException("a subnet needs a prefix length");
        }
        return new Subnet(InetAddress.ofLiteral(cidr.substring(0, slash)), Integer.parseInt(cidr.substring(slash + 1)));
    }

    /// Whether an address lies in this range; one of the other IP version never does.
    public boolean contains(InetAddress other) {
        byte[] ours = address.getAddress();
        byte[] theirs = other.getAddress();
        if (ours.length != theirs.length) {
            return false;
        }
        for (int bit = 0; bit < prefixLength; bit++) {
            int mask = 0x80 >> bit % 8;
            if ((ours[bit / 8] & mask) != (theirs[bit / 8] & mask)) {
                return false;
            }
        }
        return true;
    }

    @Override
    public String toString() {
        return address.getHostAddress() + "/" + prefixLength;
    }
}
