package shootdown.xen;

import static java.nio.charset.StandardCharsets.UTF_8;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The agent, compiled from the sources that this jar brings along with the installed compiler. */
final class AgentImage {
    /** The sources, all of the resource folder {@code agent}. */
    static final List<String> SOURCES =
            List.of(
                    "start.S",
                    "agent.c",
                    "boot.c",
                    "domain.c",
                    "program.c",
                    "reset.c",
                    "agent.h",
                    "layout.h",
                    "protocol.h",
                    "agent.lds");

    /** A kernel without a library below it, and without registers that Xen would have to save. */
    private static final List<String> FLAGS =
            List.of(
                    "-O2",
                    "-std=gnu11",
                    "-Wall",
                    "-Wextra",
                    "-ffreestanding",
                    "-fno-strict-aliasing",
                    "-fno-builtin",
                    "-fno-stack-protector",
                    "-fno-pic",
                    "-fcf-protection=none",
                    "-fno-asynchronous-unwind-tables",
                    "-mcmodel=kernel",
                    "-mno-red-zone",
                    "-mgeneral-regs-only",
                    "-nostdlib",
                    "-static",
                    "-no-pie",
                    "-Wl,--build-id=none",
                    "-Wl,-z,max-page-size=4096",
                    "-Wl,--no-warn-rwx-segments",
                    "-T",
                    "agent.lds");

    private final Components components;
    private final Cache cache;

    private AgentImage(Components components, Cache cache) {
        this.components = components;
        this.cache = cache;
    }

    /**
     * The agent's ELF file; compiled if the cache does not have it.
     *
     * @throws CannotRun if the compiler refuses
     */
    static byte[] build(Components components, Cache cache, @Nullable Path temporaryFolder)
            throws IOException {
        return new AgentImage(components, cache).build(Optional.ofNullable(temporaryFolder));
    }

    private byte[] build(Optional<Path> temporaryFolder) throws IOException {
        String name = "agent-" + key() + ".elf";
        Optional<Path> kept = cache.find(name);
        if (kept.isPresent()) {
            return Files.readAllBytes(kept.get());
        }
        try (PrivateFolder folder = PrivateFolder.create(temporaryFolder, 16 << 20)) {
            for (String source : SOURCES) {
                Files.write(folder.file(source), source(source));
            }
            Path elf = compile(folder);
            cache.keep(name, elf);
            return Files.readAllBytes(elf);
        }
    }

    private Path compile(PrivateFolder folder) throws IOException {
        Path elf = folder.file("agent.elf");
        List<String> command = new ArrayList<>();
        command.add(components.gcc().toString());
        command.addAll(FLAGS);
        command.addAll(List.of("-I", components.headers().toString(), "-o", elf.toString()));
        SOURCES.stream().filter(name -> name.matches(".*\\.[cS]")).forEach(command::add);
        Process gcc =
                new ProcessBuilder(command)
                        .directory(folder.path().toFile())
                        .redirectErrorStream(true)
                        .start();
        String said = new String(gcc.getInputStream().readAllBytes(), UTF_8);
        try {
            if (gcc.waitFor() != 0) {
                throw new CannotRun("the agent cannot be compiled:\n" + said.strip());
            }
        } catch (InterruptedException e) {
            gcc.destroyForcibly();
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
        return elf;
    }

    /**
     * Sources, flags, compiler and headers; the interface version stands for all of the headers.
     */
    private String key() throws IOException {
        Digest digest = new Digest().add(String.join(" ", FLAGS));
        for (String source : SOURCES) {
            digest.add(source).add(source(source));
        }
        Path gcc = components.gcc().toRealPath();
        digest.add(gcc + " " + Files.size(gcc) + " " + Files.getLastModifiedTime(gcc).toMillis());
        for (String header : List.of("xen.h", "arch-x86/xen.h", "domctl.h", "sysctl.h")) {
            digest.add(Files.readAllBytes(components.headers().resolve("xen").resolve(header)));
        }
        return digest.name();
    }

    private static byte[] source(String name) throws IOException {
        try (InputStream in = AgentImage.class.getResourceAsStream("agent/" + name)) {
            if (in == null) {
                throw new IllegalStateException("no source of the agent: " + name);
            }
            return in.readAllBytes();
        }
    }
}
