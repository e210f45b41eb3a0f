package botmaker.auth;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import botmaker.http.TestServer;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// PROMISES 9: guessing is slow, and the owner is not locked out. What a guess costs is counted, not timed.
@Timeout(180)
@Tag("alone")
class GuessingTest {
    private static final String RIGHT = basic("admin:right password");

    private final AtomicLong now = new AtomicLong();
    private TestServer server;

    /// Counts how often it is compared, and how often at the same time; takes as long as the test wants.
    private static final class Counted implements Password {
        private final AtomicInteger comparisons = new AtomicInteger();
        private final AtomicInteger running = new AtomicInteger();
        private final AtomicInteger most = new AtomicInteger();
        private final Semaphore permits;

        Counted(int permits) {
            this.permits = new Semaphore(permits);
        }

        @Override
        public boolean matches(String entered) {
            comparisons.incrementAndGet();
            most.accumulateAndGet(running.incrementAndGet(), Math::max);
            permits.acquireUninterruptibly();
            running.decrementAndGet();
            return entered.equals("right password");
        }

        @Override
        public boolean guessable() {
            return true;
        }
    }

    private Counted start(int permits) throws Exception {
        Counted password = new Counted(permits);
        server = TestServer.start(options -> options, new BasicAuthenticator("admin", password, now::get), BasicAuthenticator.routes());
        return password;
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private static String basic(String credentials) {
        return "Basic " + Base64.getEncoder().encodeToString(credentials.getBytes(StandardCharsets.UTF_8));
    }

    private int status(String authorization) throws Exception {
        return answer(authorization).statusCode();
    }

    private HttpResponse<String> answer(String authorization) throws Exception {
        return server.get("/api/session", "Authorization", authorization);
    }

    private List<Future<Integer>> guesses(ExecutorService threads, int count) {
        List<Future<Integer>> guesses = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            String guess = basic("admin:guess " + i);
            guesses.add(threads.submit(() -> status(guess)));
        }
        return guesses;
    }

    private static void await(CountDownLatch latch) throws InterruptedException {
        assertTrue(latch.await(60, TimeUnit.SECONDS));
    }

    /// While the first guess is still being compared.
    @Test
    void the_owner_is_answered_while_fifty_guess() throws Exception {
        Counted password = start(1);
        assertEquals(200, status(RIGHT));
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Integer>> guesses = guesses(threads, 50);
            try {
                while (password.running.get() == 0) {
                    Thread.sleep(1);
                }
                for (int i = 0; i < 20; i++) {
                    assertEquals(200, status(RIGHT));
                }
                assertEquals(1, password.running.get(), "one guess is still being compared, and no other");
            } finally {
                password.permits.release(100);
            }
            int compared = 0;
            for (Future<Integer> guess : guesses) {
                int status = guess.get();
                assertTrue(status == 401 || status == 429, "" + status);
                compared += status == 401 ? 1 : 0;
            }
            assertEquals(1, password.most.get(), "several at once");
            assertEquals(1 + compared, password.comparisons.get(), "one was compared for nothing");
            assertTrue(password.comparisons.get() <= 1 + 6, "" + password.comparisons);
        }
    }

    /// Five are free, then one each time the wait is over: 1, 2, 4, … seconds.
    @Test
    void a_minute_of_guessing_is_a_dozen_comparisons() throws Exception {
        Counted password = start(Integer.MAX_VALUE);
        assertEquals(200, status(RIGHT));
        for (int second = 0; second <= 60; second++) {
            try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
                for (Future<Integer> guess : guesses(threads, 5)) {
                    guess.get();
                }
            }
            assertEquals(200, status(RIGHT));
            now.addAndGet(Duration.ofSeconds(1).toNanos());
        }
        assertEquals(1 + 5 + 6, password.comparisons.get());
    }

    @Test
    void a_throttled_guess_is_told_nothing_even_if_it_is_right() throws Exception {
        Counted password = start(Integer.MAX_VALUE);
        for (int i = 0; i < 6; i++) {
            assertEquals(401, status(basic("admin:guess")));
        }
        assertEquals(429, status(RIGHT));
        assertEquals(429, status(basic("admin:guess")));
        assertEquals(6, password.comparisons.get());
    }

    @Test
    void an_unknown_user_costs_the_same_work_and_gets_the_same_answer() throws Exception {
        Counted password = start(Integer.MAX_VALUE);
        HttpResponse<String> unknown = answer(basic("root:right password"));
        assertEquals(1, password.comparisons.get());
        HttpResponse<String> wrong = answer(basic("admin:wrong password"));
        assertEquals(2, password.comparisons.get());
        assertEquals(401, unknown.statusCode());
        assertEquals(wrong.body(), unknown.body());
    }

    @Test
    void what_is_malformed_costs_no_work() throws Exception {
        Counted password = start(Integer.MAX_VALUE);
        for (String authorization : new String[] {"", "Basic", "Basic !", "Bearer x", "Basic " + "A".repeat(10_000)}) {
            assertEquals(401, status(authorization));
        }
        assertEquals(0, password.comparisons.get());
    }

    /// The whole promise in its own time, with the real hash.
    @Test
    @Tag("soak")
    void fifty_guess_for_a_minute() throws Exception {
        AtomicInteger hashes = new AtomicInteger();
        PasswordHash hash = PasswordHash.of("right password".toCharArray());
        Password counting = new Password() {
            @Override
            public boolean matches(String entered) {
                hashes.incrementAndGet();
                return hash.matches(entered);
            }

            @Override
            public boolean guessable() {
                return true;
            }
        };
        server = TestServer.start(options -> options, new BasicAuthenticator("admin", counting), BasicAuthenticator.routes());
        assertEquals(200, status(RIGHT));
        long end = System.nanoTime() + Duration.ofMinutes(1).toNanos();
        AtomicInteger tries = new AtomicInteger();
        List<Long> waits = new ArrayList<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> attackers = new ArrayList<>();
            for (int i = 0; i < 50; i++) {
                attackers.add(threads.submit(() -> guessUntil(end, tries)));
            }
            while (System.nanoTime() < end) {
                long start = System.nanoTime();
                assertEquals(200, status(RIGHT));
                waits.add(System.nanoTime() - start);
                Thread.sleep(50);
            }
            for (Future<?> attacker : attackers) {
                attacker.get();
            }
        }
        waits.sort(null);
        System.out.printf("%d guesses in a minute, %d hashes; the owner: %d requests, median %d us, worst %d us%n", tries.get(),
                hashes.get(), waits.size(), waits.get(waits.size() / 2) / 1000, waits.getLast() / 1000);
        assertTrue(hashes.get() <= 1 + 5 + 7, hashes + " hashes");
    }

    private Void guessUntil(long end, AtomicInteger tries) throws Exception {
        while (System.nanoTime() < end) {
            int status = status(basic("admin:guess " + tries.incrementAndGet()));
            assertTrue(status == 401 || status == 429, "" + status);
            Thread.sleep(20);
        }
        return null;
    }

    @Test
    void with_another_password_the_old_one_is_wrong_at_once() throws Exception {
        BasicAuthenticator authenticator = new BasicAuthenticator("admin", PasswordHash.of("right password".toCharArray()), now::get);
        server = TestServer.start(options -> options, authenticator, BasicAuthenticator.routes());
        assertEquals(200, status(RIGHT));
        PasswordHash other = PasswordHash.of("other password".toCharArray());
        assertTrue(authenticator.accept(other));
        assertEquals(401, status(RIGHT));
        assertEquals(200, status(basic("admin:other password")));
        assertTrue(!authenticator.accept(PasswordHash.parse(other.toString())), "it is the same");
        assertEquals(200, status(basic("admin:other password")));
    }

    /// A sign-in that was being compared with the old password when the new one came.
    @Test
    void a_comparison_with_the_old_password_is_forgotten() throws Exception {
        Counted old = new Counted(0);
        BasicAuthenticator authenticator = new BasicAuthenticator("admin", old, now::get);
        server = TestServer.start(options -> options, authenticator, BasicAuthenticator.routes());
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            CountDownLatch asked = new CountDownLatch(1);
            Future<Integer> late = threads.submit(() -> {
                asked.countDown();
                return status(RIGHT);
            });
            await(asked);
            while (old.running.get() == 0) {
                Thread.sleep(1);
            }
            authenticator.accept(PasswordHash.of("other password".toCharArray()));
            old.permits.release();
            late.get();
        } catch (ExecutionException e) {
            throw new AssertionError(e);
        }
        assertEquals(401, status(RIGHT));
    }
}
