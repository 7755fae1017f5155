/*
 * Runs one program: initial memory, steps, and the record of the page state after each. Apache-2.0.
 */
#include "agent.h"

#define WORDS (WORD_SLOT + MAX_SLOTS)

extern const uint8_t op_read_1[], op_read_2[], op_read_4[], op_read_8[];
extern const uint8_t op_write_1[], op_write_2[], op_write_4[], op_write_8[];
extern const uint8_t op_cmpxchg_1[], op_cmpxchg_2[], op_cmpxchg_4[], op_cmpxchg_8[];
extern const uint8_t op_execute[], op_load_fs[], op_load_gs[];
extern const uint8_t op_read_cr3[], op_write_cr3[], op_invlpg[];

/* By enum access and by the logarithm of the size. */
static const uint8_t *const accesses[4][4] = {
    {op_read_1, op_read_2, op_read_4, op_read_8},
    {op_write_1, op_write_2, op_write_4, op_write_8},
    {op_execute, op_execute, op_execute, op_execute},
    {op_cmpxchg_1, op_cmpxchg_2, op_cmpxchg_4, op_cmpxchg_8},
};

/* What was recorded last of each frame in play. */
static uint64_t last[MAX_FRAMES][WORDS];

struct turn { /* a step, on its way to the vCPU that runs it */
    const struct step *step;
    struct step_result *result;
    uint8_t *data;
};

static inline void note_change(struct result *result, unsigned frame, unsigned word, uint64_t value) {
    last[frame][word] = value;
    if (result->nchanges == MAX_CHANGES) {
        result->status |= STATUS_TRUNCATED;
        return;
    }
    struct change *change = &result->changes[result->nchanges++];
    change->frame = frame;
    change->word = word;
    change->reserved = 0;
    change->value = value;
}

/* The third word of a frame that is no page table in use holds a time stamp, which is no answer. */
static inline uint64_t owner_and_third(const struct frame *frame, uint64_t type_info) {
    unsigned type = type_info >> TYPE_SHIFT;
    uint64_t third = type >= 1 && type <= 4 && (type_info & TYPE_COUNT) ? frame->third : 0;
    return third << 32 | frame->owner;
}

static inline void record_slots(const struct program *program, struct result *result, unsigned i) {
    const uint64_t *entries = alias(program->frames[i]), *was = last[i] + WORD_SLOT;
    for (unsigned slot = 0; slot < program->nslots; slot++) {
        uint64_t entry = entries[program->slots[slot]];
        if (entry != was[slot]) note_change(result, i, WORD_SLOT + slot, entry);
    }
}

/*
 * Appends what has changed since the last record; the number of changes. Every frame is looked at in
 * full: a validation that fails leaves a frame untyped, with some of its entries rewritten.
 */
static unsigned record(const struct program *program, struct result *result, int start) {
    unsigned before = result->nchanges;
    for (unsigned i = 0; i < program->nframes; i++) {
        uint64_t mfn = program->frames[i], *was = last[i];
        const struct frame *frame = &frame_table[mfn];
        unsigned changes = result->nchanges;
        uint64_t count = frame->count_info, type = frame->type_info, owner = owner_and_third(frame, type);
        if (count != was[WORD_COUNT]) note_change(result, i, WORD_COUNT, count);
        if (type != was[WORD_TYPE]) note_change(result, i, WORD_TYPE, type);
        if (owner != was[WORD_OWNER]) note_change(result, i, WORD_OWNER, owner);
        if (program->flags & PROGRAM_M2P && m2p[mfn] != was[WORD_M2P])
            note_change(result, i, WORD_M2P, m2p[mfn]);
        record_slots(program, result, i);
        if (!start && result->nchanges != changes) touched[mfn] = 1;
    }
    return result->nchanges - before;
}

static uint64_t load(const volatile void *from, unsigned size) {
    switch (size) {
    case 1: return *(const volatile uint8_t *)from;
    case 2: return *(const volatile uint16_t *)from;
    case 4: return *(const volatile uint32_t *)from;
    default: return *(const volatile uint64_t *)from;
    }
}

static void store(volatile void *to, unsigned size, uint64_t value) {
    switch (size) {
    case 1: *(volatile uint8_t *)to = value; break;
    case 2: *(volatile uint16_t *)to = value; break;
    case 4: *(volatile uint32_t *)to = value; break;
    default: *(volatile uint64_t *)to = value;
    }
}

static const void *access_operation(const struct step *step) {
    unsigned log = step->size == 1 ? 0 : step->size == 2 ? 1 : step->size == 4 ? 2 : 3;
    return accesses[step->nr & 3][log];
}

static void guarded_step(struct cpu *cpu, const struct step *step, struct step_result *result,
                         const void *operation) {
    const uint64_t *a = step->args;
    uint64_t value = step->flags & STEP_USER ? guarded_user(cpu, operation, a[0], a[1], a[2])
                                             : guarded(cpu, operation, a[0], a[1], a[2]);
    result->value = value;
    if (!cpu->fault) return;
    result->fault = cpu->fault;
    result->error_code = cpu->error;
    result->rip = cpu->rip;
    if (cpu->fault - 1 == 14) result->address = vcpu_infos[cpu->id].info.arch.cr2;
}

static void take_step(struct cpu *cpu, void *argument) {
    const struct turn *turn = argument;
    const struct step *step = turn->step;
    struct step_result *result = turn->result;
    const uint64_t *a = step->args;
    cpu->used = 1;
    switch (step->kind) {
    case KIND_HYPERCALL:
        cpu->hypercalls |= 1ULL << (step->nr & 63);
        result->value = hypercall(step->nr, a[0], a[1], a[2], a[3], a[4]);
        break;
    case KIND_ACCESS:
        guarded_step(cpu, step, result, access_operation(step));
        break;
    case KIND_SEGMENT:
        guarded_step(cpu, step, result, step->nr ? op_load_gs : op_load_fs);
        break;
    case KIND_POKE:
        touched[a[0] >> 12] = 1;
        store(alias_ma(a[0]), step->size, a[1]);
        break;
    case KIND_PEEK:
        result->value = load(alias_ma(a[0]), step->size);
        break;
    case KIND_COPY:
        store(turn->data + a[0], step->size, load(turn->data + a[1], step->size));
        break;
    case KIND_READ_CR3:
        guarded_step(cpu, step, result, op_read_cr3);
        break;
    case KIND_WRITE_CR3:
        guarded_step(cpu, step, result, op_write_cr3);
        break;
    case KIND_INVLPG:
        guarded_step(cpu, step, result, op_invlpg);
        break;
    }
}

static int in_ram(uint64_t address) {
    return address >> 12 < header->max_page;
}

static int step_is_well_formed(const struct step *step) {
    const uint64_t *a = step->args;
    if (step->vcpu >= header->vcpus || step->kind > KIND_INVLPG) return 0;
    if (step->kind == KIND_POKE || step->kind == KIND_PEEK) return in_ram(a[0]);
    if (step->kind == KIND_COPY) return a[0] <= DATA_SIZE - 8 && a[1] <= DATA_SIZE - 8;
    return 1;
}

static int is_well_formed(const struct program *program) {
    if (program->nframes > MAX_FRAMES || program->nslots > MAX_SLOTS || program->nwrites > MAX_WRITES ||
        program->nsteps > MAX_STEPS ||
        program->map_ops + (uint64_t)program->nmap_ops * sizeof(struct gnttab_map_grant_ref) > DATA_SIZE)
        return 0;
    for (unsigned i = 0; i < program->nframes; i++)
        if (program->frames[i] >= header->max_page) return 0;
    for (unsigned i = 0; i < program->nslots; i++)
        if (program->slots[i] >= ENTRIES) return 0;
    for (unsigned i = 0; i < program->nwrites; i++)
        if (!in_ram(program->writes[i].address)) return 0;
    for (unsigned i = 0; i < program->nsteps; i++)
        if (!step_is_well_formed(&program->steps[i])) return 0;
    return 1;
}

static void write_initial_memory(const struct program *program) {
    for (unsigned i = 0; i < program->nwrites; i++) {
        const struct write *write = &program->writes[i];
        touched[write->address >> 12] = 1;
        *(uint64_t *)alias_ma(write->address & ~7ULL) = write->value;
    }
}

static int uses_second_vcpu(const struct program *program) {
    for (unsigned i = 0; i < program->nsteps; i++)
        if (program->steps[i].vcpu) return 1;
    return 0;
}

static void run_step(const struct program *program, struct result *result, uint8_t *data, unsigned i) {
    struct turn turn = {&program->steps[i], &result->steps[i], data};
    *(volatile uint64_t *)&header->current_step = i;
    zero(turn.result, sizeof *turn.result);
    on_cpu(turn.step->vcpu, take_step, &turn);
    turn.result->done = 1;
    if (turn.step->flags & STEP_RECORD) turn.result->nchanges = record(program, result, 0);
    result->steps_done = i + 1;
}

void run_program(const struct program *program, struct result *result, uint8_t *data) {
    zero(result, offsetof(struct result, steps));
    if (!is_well_formed(program)) {
        result->status = STATUS_MALFORMED;
        return;
    }
    uint64_t start = now_ns();
    need_second_vcpu(uses_second_vcpu(program));
    for (unsigned i = 0; i < program->nframes; i++)
        zero(last[i], (WORD_SLOT + program->nslots) * sizeof last[i][0]);
    write_initial_memory(program);
    result->start_changes = record(program, result, 1);
    for (unsigned i = 0; i < program->nsteps; i++) run_step(program, result, data, i);
    uint64_t end = now_ns();
    result->run_ns = end - start;
    reset(program, result, data);
    result->reset_ns = now_ns() - end;
}
