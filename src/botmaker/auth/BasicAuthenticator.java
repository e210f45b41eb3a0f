package botmaker.auth;

import static java.util.Objects.requireNonNull;

import botmaker.http.Authenticator;
import botmaker.http.HttpError;
import botmaker.http.Request;
import botmaker.http.Response;
import botmaker.http.Route;
import botmaker.json.Json;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/// Authenticates the one user by HTTP Basic credentials (RFC 7617). Credentials that were right once are recognized by an HMAC
/// under a key of this run, before the throttle: a request costs microseconds, and whoever guesses never locks out an owner who
/// is signed in. A generated password is not throttled at all, so that its owner can always sign in.
public final class BasicAuthenticator implements Authenticator {
    private static final String HMAC = "HmacSHA256";
    private static final Duration MAX_WAIT = Duration.ofSeconds(3);
    private static final Duration BUSY = Duration.ofSeconds(2);
    private static final int MAX_WAITING = 8;

    /// The current password and the credentials that were right for it. A new password replaces both.
    private static final class Accepted {
        private final Password password;
        private volatile byte[] known = {};

        Accepted(Password password) {
            this.password = requireNonNull(password);
        }

        boolean knows(byte[] mac) {
            return MessageDigest.isEqual(known, mac);
        }
    }

    private final String user;
    private final Throttle throttle;
    private final SecretKeySpec key;
    /// One password hash at a time, so that guessing takes one processor at most.
    private final Semaphore hashing = new Semaphore(1, true);
    private volatile Accepted accepted;

    /// @param user     the name of the one user
    /// @param password that user's password
    public BasicAuthenticator(String user, Password password) {
        this(user, password, System::nanoTime);
    }

    BasicAuthenticator(String user, Password password, LongSupplier nanoTime) {
        this.user = Password.normalized(user);
        this.accepted = new Accepted(password);
        this.throttle = new Throttle(nanoTime);
        byte[] random = new byte[32];
        new SecureRandom().nextBytes(random);
        this.key = new SecretKeySpec(random, HMAC);
    }

    /// Replaces the password, which signs out whoever used the old one.
    ///
    /// @return whether it differs from the one before
    public boolean accept(Password password) {
        boolean other = !password.equals(accepted.password);
        if (other) {
            accepted = new Accepted(password);
        }
        return other;
    }

    /// Returns `GET /api/session`, which says who is signed in (an `EventSource` cannot see a 401, so the page asks here), and
    /// `DELETE`, which asks the browser to forget the credentials (W3C Clear Site Data §3.1: `cookies` covers those of HTTP
    /// authentication). The server keeps no session, and a browser may keep the credentials all the same.
    public static List<Route> routes() {
        return List.of(
                Route.get("/api/session", rq -> Response.ok(Json.object().put("user", rq.user().orElseThrow()).build())),
                Route.delete("/api/session", _ -> Response.noContent().with("Clear-Site-Data", "\"cookies\"")));
    }

    @Override
    public String authenticate(Request.Head head) throws InterruptedException {
        Credentials credentials = Credentials.of(head.headers())
                .orElseThrow(() -> new HttpError(HttpError.Kind.UNAUTHENTICATED, "Sign in with user name and password."));
        byte[] mac = mac(credentials.bytes());
        Accepted now = accepted;
        if (now.knows(mac)) {
            return user;
        }
        if (!now.password.guessable()) {
            verify(now, credentials, mac, head.peer());
            return user;
        }
        requirePatience(head.peer());
        if (hashing.getQueueLength() >= MAX_WAITING || !hashing.tryAcquire(MAX_WAIT.toMillis(), TimeUnit.MILLISECONDS)) {
            throw HttpError.throttled("Too many sign-in attempts at once. Try again in a moment.", BUSY);
        }
        try {
            if (!now.knows(mac)) {
                // Requests that queued behind a wrong guess of the same source must now wait longer.
                requirePatience(head.peer());
                verify(now, credentials, mac, head.peer());
            }
            return user;
        } finally {
            hashing.release();
        }
    }

    @Override
    public boolean stillAuthentic(Request.Head head) {
        return Credentials.of(head.headers()).filter(credentials -> accepted.knows(mac(credentials.bytes()))).isPresent();
    }

    /// Takes the same time for an unknown user.
    private void verify(Accepted now, Credentials credentials, byte[] mac, InetAddress peer) {
        boolean rightPassword = now.password.matches(credentials.password());
        boolean rightUser = MessageDigest.isEqual(mac(utf8(credentials.user())), mac(utf8(user)));
        if (!(rightPassword & rightUser)) {
            throttle.failed(peer);
            throw new HttpError(HttpError.Kind.UNAUTHENTICATED, "The user name or the password is wrong.");
        }
        throttle.succeeded(peer);
        now.known = mac;
    }

    private void requirePatience(InetAddress peer) {
        Optional<Duration> wait = throttle.wait(peer);
        if (wait.isPresent()) {
            throw HttpError.throttled("Too many wrong passwords. Wait before the next try.", wait.get());
        }
    }

    private byte[] mac(byte[] bytes) {
        try {
            Mac mac = Mac.getInstance(HMAC);
            mac.init(key);
            return mac.doFinal(bytes);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has " + HMAC, e);
        }
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
