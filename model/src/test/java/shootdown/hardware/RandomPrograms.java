package shootdown.hardware;

import static shootdown.hardware.ControlRegister.CR4_PCIDE;
import static shootdown.hardware.ControlRegister.CR4_PGE;
import static shootdown.hardware.ControlRegister.CR4_SMEP;
import static shootdown.hardware.Pte.GLOBAL;
import static shootdown.hardware.Pte.NX;
import static shootdown.hardware.Pte.PRESENT;
import static shootdown.hardware.Pte.RW;
import static shootdown.hardware.Pte.USER;
import static shootdown.hardware.TestMachine.ALL;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/** Machines of several shapes, and random programs for them. */
enum RandomPrograms {
    /** One CPU, one PCID, two addresses and the linear page of one of them. */
    SMALL(new int[] {0, 1, 2, 3}, new int[] {0, 1}) {
        @Override
        TestMachine.Builder builder() {
            return TestMachine.with(CacheModel.SATURATED)
                    .frames(4)
                    .addresses(
                            new VirtualAddress(0, 0, 0, 0),
                            new VirtualAddress(0, 0, 1, 0),
                            new VirtualAddress(1, 1, 0, 0));
        }
    },
    /** Four PCIDs and global pages. */
    PCIDS(new int[] {0, 1, 2}, new int[] {0, 1}) {
        @Override
        TestMachine.Builder builder() {
            return TestMachine.with(CacheModel.SATURATED)
                    .frames(3)
                    .pcids(0, 1, 2, 3)
                    .globals()
                    .addresses(new VirtualAddress(0, 0, 0, 0), new VirtualAddress(1, 1, 1, 0));
        }
    },
    /** All rights of each translation are told. */
    RIGHTS(new int[] {0, 1, 2, 3}, new int[] {0, 1}) {
        @Override
        TestMachine.Builder builder() {
            return TestMachine.with(CacheModel.SATURATED)
                    .frames(4)
                    .globals()
                    .tellsRights()
                    .addresses(new VirtualAddress(0, 0, 0, 0), new VirtualAddress(1, 1, 0, 0));
        }
    },
    /** Two CPUs on the same memory; one slot of the addresses is not tracked. */
    TWO_CPUS(new int[] {0, 1, 2, 3, 4}, new int[] {0, 1}) {
        @Override
        TestMachine.Builder builder() {
            return TestMachine.with(CacheModel.SATURATED)
                    .frames(5)
                    .cpus(2)
                    .globals()
                    .addresses(
                            new VirtualAddress(0, 0, 0, 0),
                            new VirtualAddress(0, 1, 0, 1),
                            new VirtualAddress(0, 0, 0, 7));
        }
    },
    /** Full tables and so many frames that a set takes three words. */
    FULL_SIZE(new int[] {0, 63, 64, 129}, new int[] {0, 258}) {
        @Override
        TestMachine.Builder builder() {
            return TestMachine.with(CacheModel.SATURATED)
                    .frames(130)
                    .slots(IntStream.range(0, 512).toArray())
                    .pcids(0, 1)
                    .globals()
                    .addresses(
                            new VirtualAddress(0, 0, 258, 0),
                            new VirtualAddress(258, 0, 0, 258),
                            new VirtualAddress(258, 258, 0, 0));
        }
    };

    private final int[] frames;
    private final int[] slots;

    RandomPrograms(int[] frames, int[] slots) {
        this.frames = frames;
        this.slots = slots;
    }

    abstract TestMachine.Builder builder();

    List<Step> program(long seed, int length) {
        SplittableRandom random = new SplittableRandom(seed);
        Geometry geometry = builder().build().geometry();
        List<Step> program = new ArrayList<>();
        for (int i = 0; i < length; i++) {
            program.add(random.nextInt(2) == 0 ? write(random, geometry) : other(random, geometry));
        }
        return program;
    }

    private Step write(SplittableRandom random, Geometry geometry) {
        long flags = ALL;
        flags &= random.nextInt(6) == 0 ? ~PRESENT : -1;
        flags &= random.nextInt(4) == 0 ? ~RW : -1;
        flags |= random.nextInt(4) == 0 ? GLOBAL : 0;
        if (geometry.tellsRights()) {
            flags &= random.nextInt(4) == 0 ? ~USER : -1;
            flags |= random.nextInt(4) == 0 ? NX : 0;
        }
        int mfn = random.nextInt(20) == 0 ? geometry.frames() : any(random, frames);
        return new Step.Write(any(random, frames), any(random, slots), Pte.of(mfn, flags));
    }

    private Step other(SplittableRandom random, Geometry geometry) {
        int cpu = random.nextInt(geometry.cpus());
        int pcid = geometry.pcid(random.nextInt(geometry.pcidCount()));
        int address = random.nextInt(geometry.keys().addresses().size());
        return switch (random.nextInt(13)) {
            case 0, 1 -> new Step.MovCr3(cpu, any(random, frames), pcid, false);
            case 2, 3 -> new Step.MovCr3(cpu, any(random, frames), pcid, true);
            case 4, 5 -> new Step.MovCr4(cpu, cr4(random));
            case 6, 7 -> new Step.Invlpg(cpu, address);
            case 8 -> new Step.InvpcidAddress(cpu, pcid, address);
            case 9 -> new Step.InvpcidContext(cpu, pcid);
            case 10 ->
                    random.nextBoolean()
                            ? new Step.InvpcidAll(cpu)
                            : new Step.InvpcidAllButGlobal(cpu);
            case 11 -> new Step.PageFault(cpu, address);
            default -> new Step.ForgetRootSlot(cpu, any(random, slots));
        };
    }

    private static long cr4(SplittableRandom random) {
        return (random.nextInt(4) == 0 ? 0 : CR4_PGE)
                | (random.nextInt(4) == 0 ? 0 : CR4_PCIDE)
                | (random.nextInt(2) == 0 ? 0 : CR4_SMEP);
    }

    private static int any(SplittableRandom random, int[] choices) {
        return choices[random.nextInt(choices.length)];
    }
}
