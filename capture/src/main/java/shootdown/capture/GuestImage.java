package shootdown.capture;

import org.jspecify.annotations.Nullable;

import shootdown.capture.Packages.Part;
import shootdown.xen.CannotRun;
import shootdown.xen.ComponentMissing;
import shootdown.xen.Components;
import shootdown.xen.PrivateFolder;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;

/** The initramfs of a recorded machine: busybox, xentrace, modules, workloads and the script. */
final class GuestImage {
    /** In the order in which they are loaded. */
    static final List<String> MODULES =
            List.of(
                    "kernel/drivers/virtio/virtio_ring.ko",
                    "kernel/drivers/virtio/virtio.ko",
                    "kernel/drivers/virtio/virtio_pci_modern_dev.ko",
                    "kernel/drivers/virtio/virtio_pci_legacy_dev.ko",
                    "kernel/drivers/virtio/virtio_pci.ko",
                    "kernel/drivers/block/virtio_blk.ko",
                    "kernel/drivers/xen/xen-privcmd.ko",
                    "kernel/drivers/xen/xenfs/xenfs.ko",
                    "kernel/drivers/xen/xen-evtchn.ko");

    private static final List<Part> LIBRARIES =
            List.of(
                    Part.XENCTRL,
                    Part.XENCALL,
                    Part.XENEVTCHN,
                    Part.XENFOREIGNMEMORY,
                    Part.XENGNTTAB,
                    Part.XENDEVICEMODEL,
                    Part.XENTOOLCORE,
                    Part.XENTOOLLOG);

    private static final List<String> FLAGS =
            List.of("-O1", "-std=gnu11", "-Wall", "-static", "-pthread");

    private final Packages packages;
    private final CpioArchive archive = new CpioArchive();

    private GuestImage(Packages packages) {
        this.packages = packages;
    }

    /**
     * Packs it.
     *
     * @param compiled the program of workloads.c, or null if no workload needs it
     */
    static byte[] pack(Packages packages, CaptureOptions options, byte @Nullable [] compiled)
            throws IOException {
        GuestImage image = new GuestImage(packages);
        image.system();
        image.job(options, compiled);
        return image.archive.toBytes();
    }

    private void system() throws IOException {
        for (String folder : List.of("proc", "sys", "dev", "tmp", "out", "bin", "job")) {
            archive.folder(folder);
        }
        archive.file("init", resource("init"));
        add("bin/busybox", Part.BUSYBOX, "bin/busybox");
        add("bin/xentrace", Part.XENTRACE, Part.XENTRACE.files.getFirst());
        for (String file : Part.LIBC.files) {
            add(file, Part.LIBC, file);
        }
        for (Part library : LIBRARIES) {
            String file = library.files.getFirst();
            add(file.substring("usr/".length()), library, file);
        }
        StringBuilder order = new StringBuilder();
        for (String module : MODULES) {
            String name = module.substring(module.lastIndexOf('/') + 1);
            archive.file(
                    "job/modules/" + name,
                    Files.readAllBytes(packages.kernel().modules().resolve(module)));
            order.append(name).append('\n');
        }
        archive.file("job/modules/order", bytes(order.toString()));
    }

    private void job(CaptureOptions options, byte @Nullable [] compiled) throws IOException {
        StringBuilder workloads = new StringBuilder();
        options.workloads().forEach(workload -> workloads.append(workload.word()).append('\n'));
        StaticProgram program = options.program();
        if (program != null) {
            workloads.append("program ").append(program.name()).append('\n');
            archive.file("job/program", program.content());
            archive.file("job/arguments", bytes(String.join(" ", options.arguments()) + "\n"));
        }
        archive.file("job/workloads", bytes(workloads.toString()));
        archive.file("job/compile", resource("compile"));
        if (compiled != null) {
            archive.file("job/workloads.elf", compiled);
        }
    }

    private void add(String path, Part part, String file) throws IOException {
        archive.file(path, Files.readAllBytes(packages.file(part, file)));
    }

    /** Compiles workloads.c. */
    static byte[] compile(PrivateFolder folder, BooleanSupplier over) throws IOException {
        Path gcc =
                Components.program("gcc")
                        .orElseThrow(
                                () ->
                                        new ComponentMissing(
                                                List.of("gcc"), List.of("gcc", "libc6-dev")));
        Files.write(folder.file("workloads.c"), resource("workloads.c"));
        List<String> command = new ArrayList<>();
        command.add(gcc.toString());
        command.addAll(FLAGS);
        command.addAll(List.of("-o", "workloads.elf", "workloads.c"));
        Command.Result result = Command.run(folder.path(), over, List.of(command));
        if (result.failed()) {
            throw new CannotRun(
                    "the workloads cannot be compiled (apt-get install gcc libc6-dev):\n"
                            + result.said().strip());
        }
        return Files.readAllBytes(folder.file("workloads.elf"));
    }

    private static byte[] resource(String name) throws IOException {
        try (InputStream in = GuestImage.class.getResourceAsStream("guest/" + name)) {
            if (in == null) {
                throw new IllegalStateException("no file of the guest: " + name);
            }
            return in.readAllBytes();
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(java.nio.charset.StandardCharsets.UTF_8);
    }
}
