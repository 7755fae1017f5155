package shootdown.xen;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** A name for all that goes into something: the same ingredients give the same name. */
final class Digest {
    private final MessageDigest sha;

    Digest() {
        try {
            sha = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    Digest add(byte[] bytes) {
        sha.update((bytes.length + ":").getBytes(UTF_8));
        sha.update(bytes);
        return this;
    }

    Digest add(String text) {
        return add(text.getBytes(UTF_8));
    }

    /** The name; the digest is used up. */
    String name() {
        return HexFormat.of().formatHex(sha.digest(), 0, 16);
    }
}
