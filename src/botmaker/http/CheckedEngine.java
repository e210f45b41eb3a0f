package botmaker.http;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsExchange;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.util.Optional;
import java.util.function.Supplier;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLContextSpi;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLEngineResult.Status;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLServerSocketFactory;
import javax.net.ssl.SSLSession;
import javax.net.ssl.SSLSessionContext;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManager;

/// Passes the bytes of one connection through [WireCheck] on their way to the JDK's HTTP server. That server lets only an engine see
/// them, so plain HTTP has an engine too, which copies.
///
/// Sends no `close_notify`: the server closes connections on the thread that also accepts them, and would write the alert there
/// without a time limit. A client that does not read and whose receive buffer is full would stop the server for everyone. The
/// alert protects against truncation (RFC 8446 §6.1), which HTTP detects by its own lengths and chunks.
final class CheckedEngine extends SSLEngine {
    /// Without TLS: the server begins with buffers of this size, which are enough for a request, and doubles that for responses
    /// until a whole write fits.
    private static final int PACKET = 2 * 1024;
    private static final int WRITE = 16 * 1024;

    private final Optional<SSLEngine> tls;
    private final WireCheck check = new WireCheck();
    private final SSLSession session;
    private volatile boolean closed;

    private CheckedEngine(Optional<SSLEngine> tls) {
        this.tls = tls;
        InvocationHandler methods = (_, method, arguments) -> switch (method.getName()) {
            case "getValue" -> check;
            case "getPacketBufferSize" -> tls.map(engine -> engine.getSession().getPacketBufferSize()).orElse(PACKET);
            case "getApplicationBufferSize" ->
                tls.map(engine -> engine.getSession().getApplicationBufferSize()).orElse(WRITE);
            default -> throw unused();
        };
        ClassLoader loader = CheckedEngine.class.getClassLoader();
        this.session = (SSLSession) Proxy.newProxyInstance(loader, new Class<?>[] {SSLSession.class}, methods);
    }

    /// Returns a context that creates such engines for the JDK's HTTPS server.
    ///
    /// @param tls creates the engine of a connection; empty for plain HTTP
    static SSLContext context(Optional<Supplier<SSLEngine>> tls) {
        return new SSLContext(new Spi(tls), null, "checked") { };
    }

    /// Returns the check of the connection of an exchange.
    static WireCheck checkOf(HttpExchange exchange) {
        return (WireCheck) ((HttpsExchange) exchange).getSSLSession().getValue("");
    }

    @Override
    public SSLEngineResult unwrap(ByteBuffer from, ByteBuffer[] to, int offset, int length) throws SSLException {
        int start = to[offset].position();
        SSLEngineResult result = tls.isPresent() ? tls.get().unwrap(from, to, offset, length) : copy(from, to[offset]);
        check.check(to[offset], start, to[offset].position());
        return result;
    }

    @Override
    public SSLEngineResult wrap(ByteBuffer[] from, int offset, int length, ByteBuffer to) throws SSLException {
        if (closed) {
            return new SSLEngineResult(Status.CLOSED, HandshakeStatus.NOT_HANDSHAKING, 0, 0);
        }
        return tls.isPresent() ? tls.get().wrap(from, offset, length, to) : copy(from[offset], to);
    }

    private static SSLEngineResult copy(ByteBuffer from, ByteBuffer to) {
        int count = from.remaining();
        if (count > to.remaining()) {
            return new SSLEngineResult(Status.BUFFER_OVERFLOW, HandshakeStatus.NOT_HANDSHAKING, 0, 0);
        }
        to.put(from);
        return new SSLEngineResult(Status.OK, HandshakeStatus.NOT_HANDSHAKING, count, count);
    }

    @Override
    public Runnable getDelegatedTask() {
        return tls.orElseThrow().getDelegatedTask(); // only a handshake has tasks
    }

    @Override
    public void closeInbound() throws SSLException {
        if (tls.isPresent()) {
            tls.get().closeInbound();
        }
    }

    @Override
    public boolean isInboundDone() {
        return tls.map(SSLEngine::isInboundDone).orElse(closed);
    }

    @Override
    public void closeOutbound() {
        closed = true;
        tls.ifPresent(SSLEngine::closeOutbound);
    }

    @Override
    public boolean isOutboundDone() {
        return closed;
    }

    @Override
    public SSLSession getSession() {
        return session;
    }

    @Override
    public HandshakeStatus getHandshakeStatus() {
        return tls.map(SSLEngine::getHandshakeStatus).orElse(HandshakeStatus.NOT_HANDSHAKING);
    }

    @Override
    public void setUseClientMode(boolean client) {
        tls.ifPresent(engine -> engine.setUseClientMode(client));
    }

    // The server calls none of the rest.

    private static UnsupportedOperationException unused() {
        return new UnsupportedOperationException("The JDK's HTTP server does not use this");
    }

    @Override
    public String[] getSupportedCipherSuites() {
        throw unused();
    }

    @Override
    public String[] getEnabledCipherSuites() {
        throw unused();
    }

    @Override
    public void setEnabledCipherSuites(String[] suites) {
        throw unused();
    }

    @Override
    public String[] getSupportedProtocols() {
        throw unused();
    }

    @Override
    public String[] getEnabledProtocols() {
        throw unused();
    }

    @Override
    public void setEnabledProtocols(String[] protocols) {
        throw unused();
    }

    @Override
    public void beginHandshake() {
        throw unused();
    }

    @Override
    public boolean getUseClientMode() {
        throw unused();
    }

    @Override
    public void setNeedClientAuth(boolean need) {
        throw unused();
    }

    @Override
    public boolean getNeedClientAuth() {
        throw unused();
    }

    @Override
    public void setWantClientAuth(boolean want) {
        throw unused();
    }

    @Override
    public boolean getWantClientAuth() {
        throw unused();
    }

    @Override
    public void setEnableSessionCreation(boolean allowed) {
        throw unused();
    }

    @Override
    public boolean getEnableSessionCreation() {
        throw unused();
    }

    private static final class Spi extends SSLContextSpi {
        private final Optional<Supplier<SSLEngine>> tls;

        Spi(Optional<Supplier<SSLEngine>> tls) {
            this.tls = tls;
        }

        @Override
        protected SSLEngine engineCreateSSLEngine() {
            return new CheckedEngine(tls.map(Supplier::get));
        }

        @Override
        protected SSLEngine engineCreateSSLEngine(String host, int port) {
            return engineCreateSSLEngine(); // only clients use the peer, to resume sessions
        }

        @Override
        protected SSLSessionContext engineGetServerSessionContext() {
            throw unused();
        }

        @Override
        protected SSLSessionContext engineGetClientSessionContext() {
            throw unused();
        }

        @Override
        protected void engineInit(KeyManager[] keys, TrustManager[] trusted, SecureRandom random) {
            throw unused();
        }

        @Override
        protected SSLSocketFactory engineGetSocketFactory() {
            throw unused();
        }

        @Override
        protected SSLServerSocketFactory engineGetServerSocketFactory() {
            throw unused();
        }
    }
}
