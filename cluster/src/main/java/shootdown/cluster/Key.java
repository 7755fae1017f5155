package shootdown.cluster;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.List;

import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/**
 * The key of a cluster: a private key and its certificate, in one file that every member has. With
 * it a member shows who it is, and by it alone it knows the others: no authority, no names.
 *
 * <p>Whoever has the file is in. The file is readable by its owner only, like a key of ssh; the
 * password that its format asks for is no secret.
 */
public final class Key {
    private static final char[] PASSWORD = "shootdown".toCharArray();
    private static final String ALIAS = "shootdown-cluster";
    private static final String FORMAT = "PKCS12";

    private final SSLContext context;

    private Key(SSLContext context) {
        this.context = context;
    }

    /** Returns the context of connections in which both sides show the certificate of this key. */
    SSLContext context() {
        return context;
    }

    /** Reads a key. */
    public static Key read(Path file) {
        try (InputStream in = Files.newInputStream(file)) {
            KeyStore own = KeyStore.getInstance(FORMAT);
            own.load(in, PASSWORD);
            if (!own.isKeyEntry(ALIAS)) {
                throw new ClusterException(file + " has no key of a cluster (see cluster key)");
            }
            KeyStore trusted = KeyStore.getInstance(FORMAT);
            trusted.load(null, PASSWORD);
            trusted.setCertificateEntry(ALIAS, own.getCertificate(ALIAS));
            KeyManagerFactory shows =
                    KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            shows.init(own, PASSWORD);
            TrustManagerFactory accepts =
                    TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            accepts.init(trusted);
            SSLContext context = SSLContext.getInstance("TLSv1.3");
            context.init(shows.getKeyManagers(), accepts.getTrustManagers(), null);
            return new Key(context);
        } catch (IOException | GeneralSecurityException e) {
            throw new ClusterException("cannot read the key in " + file + ": " + e.getMessage(), e);
        }
    }

    /** Makes a new key in a file that is not there yet. The JDK's keytool does it. */
    public static void create(Path file) {
        if (Files.exists(file)) {
            throw new ClusterException(file + " exists; a key is never overwritten");
        }
        Path folder = file.toAbsolutePath().getParent();
        if (folder == null || !Files.isDirectory(folder)) {
            throw new ClusterException("no such folder: " + folder);
        }
        try {
            Path private700 =
                    Files.createTempDirectory(
                            folder,
                            ".key",
                            PosixFilePermissions.asFileAttribute(
                                    PosixFilePermissions.fromString("rwx------")));
            Path made = private700.resolve("key");
            try {
                keytool(made);
                Files.setPosixFilePermissions(made, PosixFilePermissions.fromString("rw-------"));
                Files.move(made, file);
            } finally {
                Files.deleteIfExists(made);
                Files.delete(private700);
            }
        } catch (IOException e) {
            throw new ClusterException("cannot write " + file + ": " + e.getMessage(), e);
        }
    }

    private static void keytool(Path file) throws IOException {
        Path tool = Path.of(System.getProperty("java.home"), "bin", "keytool");
        List<String> command =
                List.of(
                        tool.toString(),
                        "-genkeypair",
                        "-alias",
                        ALIAS,
                        "-keyalg",
                        "EC",
                        "-groupname",
                        "secp256r1",
                        "-dname",
                        "CN=shootdown cluster",
                        "-validity",
                        "36500",
                        "-storetype",
                        FORMAT,
                        "-keystore",
                        file.toString(),
                        "-storepass",
                        new String(PASSWORD));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        try (InputStream out = process.getInputStream()) {
            String said = new String(out.readAllBytes(), UTF_8).strip();
            if (process.waitFor() != 0) {
                throw new IOException("keytool: " + said);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }
}
