package shootdown.xen;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A machine that can be started any number of times: QEMU, its options, the hypervisor and the
 * agent.
 *
 * <p>The guest's memory is a file that this process maps too. The agent sees the same file once
 * more as a device, so that it can read Xen's own tables.
 *
 * @param options what the user chose
 * @param components what is installed
 * @param hypervisor the hypervisor
 * @param agent the kernel that runs as domain 0
 */
record Machine(
        XenOptions options, Components components, HypervisorImage hypervisor, byte[] agent) {
    /** Room for the saved state, the logs and the images, beside the memory. */
    private static final long OTHER_FILES = 64L << 20;

    static final String RAM = "ram";
    static final String STATE = "state.qcow2";
    static final String SERIAL = "serial";
    static final String DEBUGCON = "debugcon";
    static final String ERRORS = "errors";
    private static final String HYPERVISOR = "xen.elf";
    private static final String AGENT = "agent.elf";

    /** The name of a saved state inside its file. */
    static final String SAVED = "ready";

    /** Reads the hypervisor and compiles the agent. */
    static Machine of(XenOptions options, Components components, Cache cache) throws IOException {
        Path hypervisor =
                options.hypervisor() == null
                        ? components.hypervisor().orElseThrow()
                        : options.hypervisor();
        return new Machine(
                options,
                components,
                HypervisorImage.read(hypervisor),
                AgentImage.build(components, cache, options.temporaryFolder()));
    }

    long memory() {
        return (long) options.memoryMiB() << 20;
    }

    long roomNeeded() {
        return memory() + OTHER_FILES;
    }

    /** A name for everything that a saved state depends on. */
    String key() throws IOException {
        return new Digest()
                .add(hypervisor.elf())
                .add(agent)
                .add(String.join("\n", command(Path.of(""))))
                .add(versionOfQemu())
                .name();
    }

    /** Size and time stand for the contents of the program, which is large. */
    private String versionOfQemu() throws IOException {
        Path file = components.qemu().toRealPath();
        return file + " " + Files.size(file) + " " + Files.getLastModifiedTime(file).toMillis();
    }

    /** Writes all files but the saved state. */
    void fill(PrivateFolder folder) throws IOException {
        Files.write(folder.file(HYPERVISOR), hypervisor.elf());
        Files.write(folder.file(AGENT), agent);
        reserve(folder.file(RAM));
    }

    /**
     * Takes the room for the memory now: a full disk later on would kill the processes that map it.
     */
    private void reserve(Path ram) throws IOException {
        byte[] zeros = new byte[1 << 20];
        try (OutputStream out = Files.newOutputStream(ram)) {
            for (int i = 0; i < options.memoryMiB(); i++) {
                out.write(zeros);
            }
        }
    }

    /** The command that starts it; QEMU is talked to through standard input and output. */
    List<String> command(Path folder) {
        List<String> command = new ArrayList<>();
        command.add(components.qemu().toString());
        String plain = "-machine pc,memory-backend=ram -accel tcg,thread=single -cpu qemu64";
        command.addAll(List.of(plain.split(" ")));
        add(command, "-m %d", options.memoryMiB());
        add(command, "-smp %d", options.cpus());
        add(command, "-display none -vga none -nodefaults -no-reboot -net none -no-user-config");
        add(command, "-qmp stdio");
        add(command, "-device isa-debug-exit,iobase=0x501,iosize=4");
        add(command, "-device ivshmem-plain,memdev=alias,master=on");
        addFile(command, "-serial", "file:%s", folder.resolve(SERIAL));
        addFile(command, "-debugcon", "file:%s", folder.resolve(DEBUGCON));
        for (String id : List.of("ram", "alias")) {
            String backend = "memory-backend-file,share=on,id=" + id + ",size=" + memory();
            addFile(command, "-object", backend + ",mem-path=%s", folder.resolve(RAM));
        }
        addFile(command, "-drive", "if=none,id=state,format=qcow2,file=%s", folder.resolve(STATE));
        addFile(command, "-kernel", "%s", folder.resolve(HYPERVISOR));
        addFile(command, "-initrd", "%s", folder.resolve(AGENT));
        command.add("-append");
        command.add(options.commandLine());
        return command;
    }

    private static void add(List<String> command, String words, Object... values) {
        command.addAll(List.of(words.formatted(values).split(" ")));
    }

    /** In QEMU's options a comma is written twice. */
    private static void addFile(List<String> command, String option, String format, Path file) {
        String name = file.toString();
        command.add(option);
        command.add(format.equals("%s") ? name : format.formatted(name.replace(",", ",,")));
    }
}
