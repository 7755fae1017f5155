package shootdown.xen;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import static java.nio.charset.StandardCharsets.US_ASCII;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.GZIPOutputStream;

/** Which files pass for a hypervisor, and what is said of those that do not. */
class HypervisorImageTest {
    @TempDir private Path folder;

    private static byte[] elf() {
        ByteBuffer bytes = ByteBuffer.allocate(1024).order(ByteOrder.LITTLE_ENDIAN);
        bytes.put(new byte[] {0x7f, 'E', 'L', 'F'});
        bytes.putInt(256, 0x1BADB002);
        bytes.putInt(260, 3);
        bytes.putInt(264, -(0x1BADB002 + 3));
        bytes.put(512, "Xen version %d.%d%s".getBytes(US_ASCII));
        return bytes.array();
    }

    private static byte[] packed(byte[] bytes) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
            gzip.write(bytes);
        }
        return out.toByteArray();
    }

    private Path file(byte[] bytes) throws IOException {
        return Files.write(folder.resolve("xen"), bytes);
    }

    private void refuse(byte[] bytes, String why) throws IOException {
        Path file = file(bytes);
        assertThatThrownBy(() -> HypervisorImage.read(file))
                .isInstanceOf(BadHypervisor.class)
                .hasMessage(file + " is not a Xen hypervisor that can be started: " + why);
    }

    @Test
    void packedAndPlainFilesAreTheSame() throws IOException {
        assertThat(HypervisorImage.read(file(elf())).elf()).isEqualTo(elf());
        assertThat(HypervisorImage.read(file(packed(elf()))).elf()).isEqualTo(elf());
    }

    @Test
    void otherFilesAreRefusedWithTheReason() throws IOException {
        refuse(new byte[0], "neither an ELF file nor one packed with gzip");
        refuse("#!/bin/sh\n".getBytes(US_ASCII), "neither an ELF file nor one packed with gzip");
        refuse(packed("hello".getBytes(US_ASCII)), "neither an ELF file nor one packed with gzip");
        refuse(Arrays.copyOf(packed(elf()), 60), "the gzip data in it is damaged");
    }

    @Test
    void otherKernelsAreRefused() throws IOException {
        byte[] noMultiboot = elf();
        noMultiboot[264]++;
        refuse(noMultiboot, "it has no multiboot header");
        byte[] notXen = elf();
        notXen[512] = 'x';
        refuse(notXen, "it is not Xen");
    }

    @Test
    void smallFileThatUnpacksToSomethingHugeIsRefused() throws IOException {
        refuse(packed(new byte[65 << 20]), "it is larger than 64 MiB");
    }

    @Test
    void whatIsNoFileIsRefused() {
        assertThatThrownBy(() -> HypervisorImage.read(folder))
                .hasMessageEndingWith("it is a folder");
        assertThatThrownBy(() -> HypervisorImage.read(folder.resolve("no")))
                .hasMessageEndingWith("there is no such file");
        assertThatThrownBy(() -> HypervisorImage.read(Path.of("/dev/zero")))
                .hasMessageEndingWith("it is not a regular file");
    }
}
