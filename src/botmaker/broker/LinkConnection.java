package botmaker.broker;

import botmaker.policy.Origin;
import botmaker.wire.ChannelSocket;
import botmaker.wire.Deadline;
import botmaker.wire.MessageReader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SNIMatcher;
import javax.net.ssl.SNIServerName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.StandardConstants;

/// Serves one connection of a bot, with or without TLS.
///
/// @param tls    ends it with the certificate of the server that the client names
/// @param memory the bot's share
/// @param pace   of all requests of the bot
record LinkConnection(SSLContext tls, Handler handler, BodyMemory.Share memory, Pace pace) {
    private static final Duration HANDSHAKE_TIME = Duration.ofSeconds(20);
    private static final byte HANDSHAKE = 0x16; // what a TLS connection begins with (RFC 8446 §5.1)

    /// Serves a connection to the socket of an origin. The caller closes the socket.
    void serve(Entrance entrance, boolean encrypted, ChannelSocket socket, Deadline deadline) throws IOException {
        if (encrypted) {
            serveEncrypted(entrance.and(Origin::tls), socket, new byte[0], deadline);
        } else {
            servePlain(entrance.and(origin -> !origin.tls()), socket, new MessageReader(socket.getInputStream()), deadline);
        }
    }

    /// Serves a connection whose first byte tells whether it is encrypted. The caller closes the socket.
    ///
    /// @param reader may hold bytes that the client sent already
    void serveEither(Entrance entrance, ChannelSocket socket, MessageReader reader, Deadline deadline) throws IOException {
        deadline.set(HANDSHAKE_TIME);
        if (reader.available() == 0 && !reader.fill()) {
            return;
        }
        if (reader.peek() == HANDSHAKE) {
            serveEncrypted(entrance.and(Origin::tls), socket, reader.takeRest(), deadline);
        } else {
            servePlain(entrance.and(origin -> !origin.tls()), socket, reader, deadline);
        }
    }

    private void servePlain(Entrance entrance, ChannelSocket socket, MessageReader reader, Deadline deadline) throws IOException {
        new RequestLoop(entrance, handler, memory, pace, socket, reader, deadline).run();
    }

    private void serveEncrypted(Entrance entrance, ChannelSocket socket, byte[] received, Deadline deadline) throws IOException {
        deadline.set(HANDSHAKE_TIME);
        SSLSocket inside = (SSLSocket) tls.getSocketFactory().createSocket(socket, new ByteArrayInputStream(received), true);
        Asked asked = new Asked(entrance);
        SSLParameters parameters = inside.getSSLParameters();
        parameters.setProtocols(new String[] {"TLSv1.3"});
        parameters.setApplicationProtocols(new String[] {"http/1.1"});
        parameters.setSNIMatchers(List.of(asked));
        inside.setSSLParameters(parameters);
        inside.startHandshake();
        MessageReader reader = new MessageReader(inside.getInputStream());
        new RequestLoop(entrance.and(origin -> origin.isAt(asked.host)), handler, memory, pace, inside, reader, deadline).run();
    }

    /// Accepts the names of the bot's own origins; TLS answers any other with the alert `unrecognized_name` (RFC 6066 §3).
    private static final class Asked extends SNIMatcher {
        private final Entrance entrance;
        private String host = "";

        Asked(Entrance entrance) {
            super(StandardConstants.SNI_HOST_NAME);
            this.entrance = entrance;
        }

        @Override
        public boolean matches(SNIServerName name) {
            host = new SNIHostName(name.getEncoded()).getAsciiName();
            return entrance.and(origin -> origin.isAt(host)).leadsAnywhere();
        }
    }
}
