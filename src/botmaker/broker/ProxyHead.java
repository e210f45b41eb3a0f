package botmaker.broker;

import botmaker.wire.HeaderFields;
import botmaker.wire.MessageHead;
import java.net.ProtocolException;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// What a client asks a proxy for (RFC 9110 §9.3.6, RFC 9112 §3.2.2).
///
/// @param host    a name in lower case, an IPv4 address, or an IPv6 address without brackets
/// @param forward the head to send there first; empty for a tunnel
record ProxyHead(String host, int port, Optional<byte[]> forward) {
    /// The most bytes that a head may have.
    static final int MAX_BYTES = 8 * 1024;
    private static final String HOST = "(?<host>[A-Za-z0-9._-]{1,253}|\\[(?=[^]]*:)[0-9A-Fa-f:.]{2,45}])";
    private static final Pattern CONNECT = Pattern.compile("CONNECT " + HOST + ":(?<port>[1-9][0-9]{0,4}) HTTP/1\\.[01]");
    private static final Pattern ABSOLUTE =
            Pattern.compile("(?<method>[A-Z]{1,20}) http://" + HOST + "(?::(?<port>[1-9][0-9]{0,4}))?(?<target>/[\\x21-\\x7e]*) HTTP/1\\.1");
    private static final int MAX_PORT = 65_535;

    /// The only forms of a name and of an IPv4 address that all programs read alike: `127.1`, `0x7f.1` and `017700000001` are none, since
    /// the last label of a name is not a number (WHATWG URL §3.5).
    private static final Pattern NAME = Pattern.compile("(?:[a-z0-9_-]{1,63}\\.)*(?!0x[0-9a-f]*$|[0-9]+$)[a-z0-9_-]{1,63}");
    private static final Pattern IPV4 = Pattern.compile("(?:(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])(?:\\.(?!$)|$)){4}");

    /// Reads a head as that of a request to a proxy.
    static ProxyHead of(MessageHead head) throws ProtocolException {
        Matcher connect = CONNECT.matcher(head.startLine());
        if (connect.matches()) {
            return new ProxyHead(host(connect.group("host")), port(connect.group("port")), Optional.empty());
        }
        Matcher absolute = ABSOLUTE.matcher(head.startLine());
        if (!absolute.matches()) {
            throw new ProtocolException("a proxy is asked with CONNECT host:port, or for a URL that begins with http://");
        }
        String authority = absolute.group("host") + (absolute.group("port") == null ? "" : ":" + absolute.group("port"));
        HeaderFields fields = head.fields().endToEnd().without("host").and("Host", authority);
        for (String coding : head.fields().all("transfer-encoding")) {
            fields = fields.and("Transfer-Encoding", coding);
        }
        byte[] forward = fields.and("Connection", "close").head(absolute.group("method") + " " + absolute.group("target") + " HTTP/1.1");
        return new ProxyHead(host(absolute.group("host")), absolute.group("port") == null ? 80 : port(absolute.group("port")),
                Optional.of(forward));
    }

    /// Returns whether a host is an IPv4 address.
    static boolean isAddress(String host) {
        return IPV4.matcher(host).matches();
    }

    private static String host(String text) throws ProtocolException {
        String host = text.toLowerCase(Locale.ROOT);
        if (host.startsWith("[")) {
            return host.substring(1, host.length() - 1);
        }
        if (!NAME.matcher(host).matches() && !IPV4.matcher(host).matches()) {
            throw new ProtocolException("the host is neither a name nor an IP address in its usual form");
        }
        return host;
    }

    private static int port(String text) throws ProtocolException {
        int port = Integer.parseInt(text);
        if (port > MAX_PORT) {
            throw new ProtocolException("there is no such port");
        }
        return port;
    }
}
