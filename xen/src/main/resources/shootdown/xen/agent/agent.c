/*
 * The agent: a small PV64 kernel that runs page-table programs on Xen and tells exactly what became
 * of them. Start reading here; protocol.h says what it is for. Apache-2.0.
 *
 * Built by one command, from this folder, with the headers of libxen-dev:
 *
 *   gcc -O2 -std=gnu11 -Wall -Wextra -Werror -ffreestanding -fno-strict-aliasing -fno-builtin
 *       -fno-stack-protector -fno-pic -fcf-protection=none -fno-asynchronous-unwind-tables
 *       -mcmodel=kernel -mno-red-zone -mgeneral-regs-only -nostdlib -static -no-pie
 *       -Wl,--build-id=none -Wl,-z,max-page-size=4096 -Wl,--no-warn-rwx-segments -T agent.lds
 *       -o agent.elf start.S agent.c boot.c domain.c program.c reset.c
 *
 * Events stay masked for ever, and nothing depends on time but the heartbeat. vCPU 0 does all the
 * work, and hands to vCPU 1 what a program says must happen there.
 */
#include "agent.h"

#define SPINS 100
#define NAP_NS 100000
#define LONGEST_STEP_NS 100000000ULL

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

/* Appends to the last words that the host finds in the header. */
static void say(const char *text) {
    char *end = header->error_text, *limit = end + sizeof header->error_text - 1;
    while (end < limit && *end) end++;
    while (end < limit && *text) *end++ = *text++;
    *end = 0;
}

static void say_number(const char *name, uint64_t number) {
    char digits[17] = {0};
    unsigned length = 1;
    while (length < 16 && number >> 4 * length) length++;
    for (unsigned i = 0; i < length; i++) digits[i] = "0123456789abcdef"[number >> 4 * (length - 1 - i) & 15];
    say(name);
    say(digits);
}

/* Only dom0 may write to Xen's console: the other domain leaves its words in the header alone. */
void unexpected_fault(struct cpu *cpu) {
    header->error_text[0] = 0;
    say_number("unexpected fault, vector ", cpu->fault - 1);
    say_number(", error ", cpu->error);
    say_number(", rip ", cpu->rip);
    say_number(", cr2 ", vcpu_infos[cpu->id].info.arch.cr2);
    console("agent: ");
    console(header->error_text);
    console("\n");
    struct sched_shutdown shutdown = {.reason = SHUTDOWN_crash};
    for (;;) sched_op(SCHEDOP_shutdown, &shutdown);
}

/* Xen's system time, in nanoseconds. */
uint64_t now_ns(void) {
    volatile struct vcpu_time_info *time = &vcpu_infos[0].info.time;
    uint32_t version, low, high;
    uint64_t now;
    do {
        version = time->version;
        __asm__ volatile("rdtsc" : "=a"(low), "=d"(high));
        uint64_t ticks = ((uint64_t)high << 32 | low) - time->tsc_timestamp;
        ticks = time->tsc_shift >= 0 ? ticks << time->tsc_shift : ticks >> -time->tsc_shift;
        now = time->system_time + (uint64_t)((unsigned __int128)ticks * time->tsc_to_system_mul >> 32);
    } while (version & 1 || version != time->version);
    return now;
}

/*
 * Ends the machine when the host's heart stands still. A machine that was restored has the clock of
 * the moment before, so one long step of time means nothing: many short ones do.
 */
void check_heartbeat(void) {
    static uint64_t last_beat, last_look, silence;
    uint64_t beat = *(volatile uint64_t *)&lead->heartbeat, now = now_ns(), step = now - last_look;
    silence = beat == last_beat ? silence + (step < LONGEST_STEP_NS ? step : LONGEST_STEP_NS) : 0;
    last_beat = beat;
    last_look = now;
    if (silence > HEARTBEAT_SECONDS * 1000000000ULL) leave_machine();
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

static void go_down(struct cpu *cpu, void *unused) {
    (void)unused;
    __atomic_store_n(&cpu->work, NULL, __ATOMIC_RELEASE);
    vcpu_op(VCPUOP_down, cpu->id, NULL);
}

/*
 * Takes the second vCPU down while programs do without it: its processor then leaves the domain's
 * dirty mask, and flushes cost half. It goes on where it was when it is wanted again.
 */
void need_second_vcpu(int needed) {
    static int is_down;
    if (needed == !is_down || header->vcpus < 2) return;
    is_down = !needed;
    if (needed) {
        vcpu_op(VCPUOP_up, 1, NULL);
    } else {
        on_cpu(1, go_down, NULL);
        while (vcpu_op(VCPUOP_is_up, 1, NULL) == 1) relax();
        put_to_rest(header->domid, 1);
    }
}

void sleep_ns(uint64_t ns) {
    struct sched_poll poll = {.nr_ports = 0, .timeout = now_ns() + ns};
    sched_op(SCHEDOP_poll, &poll);
}

static void announce(void) {
    outb(0xe9, 'S');
    for (int i = 0; i < 8; i++) outb(0xe9, header->mailbox_mfn >> 8 * i);
}

static void run_next(uint64_t number) {
    uint8_t *slot = mailbox + SLOT_OFFSET(number % SLOTS);
    run_program((struct program *)(slot + SLOT_PROGRAM), (struct result *)(slot + SLOT_RESULT),
                slot + SLOT_DATA);
    __atomic_store_n(&header->completed, number + 1, __ATOMIC_RELEASE);
}

/* Spins for a moment when there is nothing to do, then leaves the processor to the host. */
static void serve(void) {
    for (unsigned idle = 0;; idle++) {
        if (__atomic_load_n(&header->submitted, __ATOMIC_ACQUIRE) > header->completed) {
            run_next(header->completed);
            check_heartbeat();
            idle = 0;
            continue;
        }
        uint64_t active = *(volatile uint64_t *)&lead->active;
        if (active != header->domid && active == header->foreign_domid && !lead->foreign_died)
            hand_over(active);
        if (idle < SPINS) {
            relax();
        } else {
            need_second_vcpu(0);
            sleep_ns(NAP_NS);
            check_heartbeat();
        }
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
        if (header->foreign_domid != DOMID_INVALID) hand_over(header->foreign_domid); /* to let it boot */
        announce();
    }
    serve();
}
