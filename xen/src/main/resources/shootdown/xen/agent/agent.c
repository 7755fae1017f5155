/*
 * The agent: a small PV64 kernel that runs page-table programs on Xen and tells exactly what became
 * of them. Start reading here; protocol.h says what it is for. Apache-2.0.
 *
 * Built by one command, from this folder, with the headers of libxen-dev:
 *
 *   gcc -O2 -std=gnu11 -Wall -Wextra -Werror -ffreestanding -fno-strict-aliasing -fno-builtin -fno-stack-protector
 *       -fno-pic -fcf-protection=none -fno-asynchronous-unwind-tables -mcmodel=kernel -mno-red-zone
 *       -mgeneral-regs-only -nostdlib -static -no-pie -Wl,--build-id=none -Wl,-z,max-page-size=4096
 *       -Wl,--no-warn-rwx-segments -T agent.lds -o agent.elf start.S agent.c boot.c domain.c program.c reset.c
 *
 * Events stay masked for ever, and nothing depends on time but the heartbeat. vCPU 0 does all the
 * work, and hands to vCPU 1 what a program says must happen there.
 */
#include "agent.h"

#define CHECK_EVERY 4096 /* idle turns between two looks at the heartbeat */

static uint8_t mailbox[MAILBOX_SIZE] ALIGNED_PAGE;
struct header *const header = (struct header *)mailbox;
struct header *lead;
uint64_t image_mfn;

void agent_main(const struct start_info *start);
void second_vcpu(struct cpu *cpu);
void unexpected_fault(struct cpu *cpu);

static void console(const char *text) {
    size_t length = 0;
    while (text[length]) length++;
    HYPERCALL(console_io, CONSOLEIO_write, length, text, 0, 0);
}

void fail(const char *what, long error) {
    for (unsigned i = 0; i + 1 < sizeof header->error_text && what[i]; i++)
        header->error_text[i] = what[i];
    header->error = error;
    header->state = STATE_FAILED;
    console("agent failed: ");
    console(what);
    console("\n");
    leave_machine();
}

static void console_number(const char *name, uint64_t number) {
    char digits[17] = {0};
    for (int i = 0; i < 16; i++) digits[i] = "0123456789abcdef"[number >> (60 - 4 * i) & 15];
    console(name);
    console(digits);
}

void unexpected_fault(struct cpu *cpu) {
    console_number("agent: unexpected fault, vector ", cpu->fault - 1);
    console_number(", error ", cpu->error);
    console_number(", rip ", cpu->rip);
    console_number(", cr2 ", shared_info.vcpu_info[cpu->id].arch.cr2);
    console("\n");
    struct sched_shutdown shutdown = {.reason = SHUTDOWN_crash};
    for (;;) sched_op(SCHEDOP_shutdown, &shutdown);
}

/* A clock that goes on; its start means nothing. */
uint64_t now_ns(void) {
    uint32_t low, high;
    __asm__ volatile("rdtsc" : "=a"(low), "=d"(high));
    uint64_t ticks = (uint64_t)high << 32 | low;
    volatile struct vcpu_time_info *time = &shared_info.vcpu_info[0].time;
    ticks = time->tsc_shift >= 0 ? ticks << time->tsc_shift : ticks >> -time->tsc_shift;
    return (unsigned __int128)ticks * time->tsc_to_system_mul >> 32;
}

/* Ends the machine when the host's heart stands still. */
void check_heartbeat(void) {
    static uint64_t last_beat, last_change;
    uint64_t beat = *(volatile uint64_t *)&lead->heartbeat, now = now_ns();
    if (beat != last_beat || !last_change) {
        last_beat = beat;
        last_change = now;
    } else if (now - last_change > HEARTBEAT_SECONDS * 1000000000ULL) {
        leave_machine();
    }
}

void second_vcpu(struct cpu *cpu) {
    for (;;) {
        void (*work)(struct cpu *, void *) = cpu->work;
        if (work) {
            work(cpu, cpu->argument);
            /* Unless there is new work already, see sleep_until_up. */
            __atomic_compare_exchange_n(&cpu->work, &work, NULL, 0, __ATOMIC_RELEASE, __ATOMIC_RELAXED);
        } else {
            relax(); /* under one TCG thread this is what lets the other vCPU go on */
        }
    }
}

void on_cpu(unsigned vcpu, void (*work)(struct cpu *, void *), void *argument) {
    struct cpu *cpu = &cpus[vcpu].cpu;
    if (vcpu == 0) {
        work(cpu, argument);
        return;
    }
    cpu->argument = argument;
    __atomic_store_n(&cpu->work, work, __ATOMIC_RELEASE);
    while (__atomic_load_n(&cpu->work, __ATOMIC_ACQUIRE)) relax();
}

static void sleep_until_up(struct cpu *cpu, void *unused) {
    (void)unused;
    __atomic_store_n(&cpu->work, NULL, __ATOMIC_RELEASE);
    vcpu_op(VCPUOP_down, cpu->id, NULL);
}

void other_vcpus_down(void) {
    if (header->vcpus < 2) return;
    on_cpu(1, sleep_until_up, NULL);
    while (vcpu_op(VCPUOP_is_up, 1, NULL) == 1) relax();
}

void other_vcpus_up(void) {
    if (header->vcpus > 1) vcpu_op(VCPUOP_up, 1, NULL);
}

static void announce(void) {
    outb(0xe9, 'S');
    for (int i = 0; i < 8; i++) outb(0xe9, header->mailbox_mfn >> 8 * i);
}

static void serve(void) {
    for (unsigned idle = 0;;) {
        uint64_t next = header->completed;
        if (__atomic_load_n(&header->submitted, __ATOMIC_ACQUIRE) > next) {
            uint8_t *slot = mailbox + SLOT_OFFSET(next % SLOTS);
            run_program((struct program *)(slot + SLOT_PROGRAM), (struct result *)(slot + SLOT_RESULT),
                        slot + SLOT_DATA);
            __atomic_store_n(&header->completed, next + 1, __ATOMIC_RELEASE);
            continue;
        }
        uint64_t active = *(volatile uint64_t *)&lead->active;
        if (active != header->domid && active == header->foreign_domid && !lead->foreign_died)
            hand_over(active);
        if (++idle % CHECK_EVERY == 0) check_heartbeat();
        relax();
    }
}

void agent_main(const struct start_info *start) {
    header->magic = MAILBOX_MAGIC;
    header->version = PROTOCOL_VERSION;
    if (start) {
        lead = header;
        boot_dom0(start);
        boot_common();
        build_domain();
        lead->active = lead->running = header->domid;
    } else {
        image_mfn = birth.image_mfn;
        lead = alias(header->foreign_mailbox_mfn);
        boot_common();
        join_dom0();
    }
    start_vcpu(1);
    note_clean_state();
    header->state = STATE_READY;
    if (header->privileged) {
        hand_over(header->foreign_domid); /* to let it boot */
        announce();
    }
    serve();
}
