package shootdown.capture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;

class StaticProgramTest {
    private static final int PT_LOAD = 1;
    private static final int PT_INTERP = 3;

    @TempDir Path folder;

    /** An ELF header and one program header for each type. */
    private Path elf(int machine, int... types) throws IOException {
        ByteBuffer elf = ByteBuffer.wrap(new byte[64 + 56 * types.length]);
        elf.order(ByteOrder.LITTLE_ENDIAN).put(new byte[] {0x7f, 'E', 'L', 'F', 2, 1, 1});
        elf.putShort(18, (short) machine).putLong(32, 64);
        elf.putShort(54, (short) 56).putShort(56, (short) types.length);
        for (int i = 0; i < types.length; i++) {
            elf.putInt(64 + 56 * i, types[i]);
        }
        return Files.write(folder.resolve("program"), elf.array());
    }

    @Test
    void staticProgramIsTaken() throws IOException {
        assertThat(StaticProgram.read(elf(62, PT_LOAD, PT_LOAD)).content()).hasSize(176);
    }

    @Test
    void scriptForTheShellIsTaken() throws IOException {
        Path script = Files.writeString(folder.resolve("run it.sh"), "#!/bin/sh\nls\n");
        assertThat(StaticProgram.read(script).name()).isEqualTo("run_it.sh");
    }

    @Test
    void programThatNeedsLibrariesIsRefused() throws IOException {
        Path program = elf(62, PT_LOAD, PT_INTERP);
        assertThatThrownBy(() -> StaticProgram.read(program))
                .isInstanceOf(StaticProgram.Unfit.class)
                .hasMessageEndingWith("link it with -static");
    }

    @Test
    void otherFilesAreRefused() throws IOException {
        Path arm = elf(183, PT_LOAD);
        assertThatThrownBy(() -> StaticProgram.read(arm))
                .hasMessageEndingWith("neither a program for x86-64 nor a script for #!/bin/sh");
        Path text = Files.writeString(folder.resolve("text"), "#!/usr/bin/python3\n");
        assertThatThrownBy(() -> StaticProgram.read(text)).hasMessageContaining("neither");
        assertThatThrownBy(() -> StaticProgram.read(folder))
                .hasMessageEndingWith("no file that can be read");
    }

    @Test
    void damagedHeaderIsNoReasonToFail() throws IOException {
        Path program = elf(62, PT_LOAD);
        byte[] bytes = Files.readAllBytes(program);
        bytes[39] = -1; // where the program headers are
        assertThat(StaticProgram.read(Files.write(program, bytes)).content()).isNotEmpty();
    }
}
