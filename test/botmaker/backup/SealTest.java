package botmaker.backup;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The encryption by itself, with few rounds so that it is fast.
class SealTest {
    private static final char[] PASSPHRASE = "correct horse bättery".toCharArray();
    private static final int CHUNK = Seal.CHUNK + Seal.TAG;

    private static byte[] sealed(byte[] plain) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        Seal.Output out = new Seal.Output(bytes, Seal.make(PASSPHRASE, 2));
        out.write(plain);
        out.finish();
        return bytes.toByteArray();
    }

    private static byte[] opened(byte[] sealed) throws IOException {
        ByteArrayInputStream in = new ByteArrayInputStream(sealed);
        return new Seal.Input(in, Seal.read(in, PASSPHRASE)).readAllBytes();
    }

    private static byte[] random(int size) {
        byte[] bytes = new byte[size];
        new Random(size).nextBytes(bytes);
        return bytes;
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, Seal.CHUNK - 1, Seal.CHUNK, Seal.CHUNK + 1, 2 * Seal.CHUNK, 3 * Seal.CHUNK + 17})
    void what_was_sealed_comes_back(int size) throws IOException {
        byte[] plain = random(size);
        byte[] sealed = sealed(plain);
        assertArrayEquals(plain, opened(sealed));
        assertEquals(Seal.HEADER + size + Seal.TAG * Math.max(1, (size + Seal.CHUNK - 1) / Seal.CHUNK), sealed.length);
    }

    @Test
    void nothing_is_readable_in_it_and_no_two_are_alike() throws IOException {
        byte[] plain = "canary".repeat(20_000).getBytes(UTF_8);
        byte[] one = sealed(plain);
        assertFalse(HexFormat.of().formatHex(one).contains(HexFormat.of().formatHex("canary".getBytes(UTF_8))));
        assertFalse(Arrays.equals(one, sealed(plain)));
    }

    @Test
    void every_cut_is_noticed() throws IOException {
        byte[] sealed = sealed(random(2 * Seal.CHUNK + 1000));
        for (int length = 0; length < sealed.length; length += length < 200 || length % CHUNK < 100 ? 1 : 397) {
            byte[] cut = Arrays.copyOf(sealed, length);
            assertThrows(IOException.class, () -> opened(cut), "cut at " + length);
        }
        for (int length : new int[] {sealed.length - 1, sealed.length + 1, Seal.HEADER + CHUNK, Seal.HEADER + 2 * CHUNK}) {
            byte[] cut = Arrays.copyOf(sealed, length);
            assertThrows(IOException.class, () -> opened(cut), "cut at " + length);
        }
    }

    @Test
    void every_flipped_bit_is_noticed() throws IOException {
        byte[] sealed = sealed(random(2 * Seal.CHUNK + 1000));
        for (int at = 0; at < sealed.length; at += at < Seal.HEADER ? 1 : 997) {
            if (at >= 20 && at < 24) {
                continue; // so many rounds would take for ever; see below
            }
            byte[] flipped = sealed.clone();
            flipped[at] ^= (byte) (1 << at % 8);
            assertThrows(IOException.class, () -> opened(flipped), "bit in byte " + at);
        }
    }

    @Test
    void a_number_of_rounds_that_cannot_be_is_refused_and_another_gives_another_key() throws IOException {
        byte[] sealed = sealed(random(10));
        for (int rounds : new int[] {0, -1, Integer.MAX_VALUE, 3}) {
            byte[] other = sealed.clone();
            ByteBuffer.wrap(other).putInt(20, rounds);
            assertThrows(IOException.class, () -> opened(other), "rounds " + rounds);
        }
    }

    @Test
    void parts_that_change_places_or_come_from_another_backup_are_noticed() throws IOException {
        byte[] plain = random(3 * Seal.CHUNK);
        byte[] sealed = sealed(plain);
        byte[] swapped = sealed.clone();
        System.arraycopy(sealed, Seal.HEADER, swapped, Seal.HEADER + CHUNK, CHUNK);
        System.arraycopy(sealed, Seal.HEADER + CHUNK, swapped, Seal.HEADER, CHUNK);
        assertThrows(IOException.class, () -> opened(swapped));

        byte[] without = new byte[sealed.length - CHUNK];
        System.arraycopy(sealed, 0, without, 0, Seal.HEADER + CHUNK);
        System.arraycopy(sealed, Seal.HEADER + 2 * CHUNK, without, Seal.HEADER + CHUNK, CHUNK);
        assertThrows(IOException.class, () -> opened(without));

        byte[] mixed = sealed.clone();
        System.arraycopy(sealed(plain), Seal.HEADER, mixed, Seal.HEADER, CHUNK);
        assertThrows(IOException.class, () -> opened(mixed));
    }

    @Test
    void a_wrong_passphrase_is_told_from_damage_and_from_another_file() throws IOException {
        byte[] sealed = sealed(random(1000));
        ByteArrayInputStream in = new ByteArrayInputStream(sealed);
        IOException wrong = assertThrows(IOException.class, () -> Seal.read(in, "another passphrase".toCharArray()));
        assertTrue(wrong.getMessage().contains("the passphrase is not the one"), wrong.getMessage());

        byte[] damaged = sealed.clone();
        damaged[sealed.length - 1]++;
        assertTrue(assertThrows(IOException.class, () -> opened(damaged)).getMessage().contains("damaged or cut off"));

        byte[] other = "PK\3\4 this is something else, and long enough to be taken for one".getBytes(UTF_8);
        assertTrue(assertThrows(IOException.class, () -> opened(other)).getMessage().contains("not a BotMaker backup"));
    }

    /// A letter with its accent apart, as some systems type it.
    @Test
    void the_same_passphrase_typed_on_another_system_opens_it() throws IOException {
        ByteArrayInputStream in = new ByteArrayInputStream(sealed(new byte[] {1}));
        assertArrayEquals(new byte[] {1}, new Seal.Input(in, Seal.read(in, "correct horse ba\u0308ttery".toCharArray())).readAllBytes());
    }

    /// A decoder that was written from the package's description only, without the class that it tests.
    @Test
    void the_format_is_the_one_that_is_described() throws Exception {
        byte[] plain = random(Seal.CHUNK + 5);
        byte[] file = sealed(plain);

        assertEquals("BotMaker backup\n", new String(file, 0, 16, UTF_8));
        assertEquals(1, ByteBuffer.wrap(file).getInt(16));
        byte[] derived = pbkdf2("correct horse bättery".getBytes(UTF_8), Arrays.copyOfRange(file, 24, 40), ByteBuffer.wrap(file).getInt(20));
        assertArrayEquals(Arrays.copyOfRange(derived, 32, 48), Arrays.copyOfRange(file, 40, 56));
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (int number = 0, at = 64; at < file.length; number++, at += 65_552) {
            int end = Math.min(at + 65_552, file.length);
            ByteBuffer nonce = ByteBuffer.allocate(12).put(file, 56, 7).putInt(number).put((byte) (end == file.length ? 1 : 0));
            Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
            cipher.init(Cipher.DECRYPT_MODE, new SecretKeySpec(derived, 0, 32, "AES"), new GCMParameterSpec(128, nonce.array()));
            cipher.updateAAD(file, 0, 64);
            out.write(cipher.doFinal(file, at, end - at));
        }
        assertArrayEquals(plain, out.toByteArray());
    }

    /// RFC 8018, for one block, which is all that 48 bytes need.
    private static byte[] pbkdf2(byte[] password, byte[] salt, int rounds) throws Exception {
        Mac mac = Mac.getInstance("HmacSHA512");
        mac.init(new SecretKeySpec(password, "HmacSHA512"));
        mac.update(salt);
        byte[] u = mac.doFinal(new byte[] {0, 0, 0, 1});
        byte[] t = u.clone();
        for (int round = 1; round < rounds; round++) {
            u = mac.doFinal(u);
            for (int i = 0; i < t.length; i++) {
                t[i] ^= u[i];
            }
        }
        return t;
    }
}
