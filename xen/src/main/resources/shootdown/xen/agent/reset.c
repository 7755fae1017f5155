/*
 * Between two programs: everything back to what protocol.h promises, and an exact check that it is.
 * Apache-2.0.
 *
 * What holds references is undone through Xen: grant mappings, base pointers, descriptor tables,
 * entries in the boot tables, pins; frames given to Xen are asked for again. After that a frame of the
 * pool has one reference and no type use, or the program has done something that cannot be undone
 * here: then the answer is "dirty" and the host restores its snapshot, which costs as much as some
 * hundred programs. The rest of a frame's state binds nobody, so it is put back directly: contents,
 * remembered type, the time stamp for type changes, M2P entry.
 */
#include "agent.h"

#define MAX_HOME 32    /* boot tables whose type and counts are checked */
#define MAX_COPIED 12  /* the first ones: contents too */
#define ALWAYS_CHECKED 2 /* L4 and L3; the others only if the host says that they are in play */
#define MAX_REPAIRS 64
#define MOST_TAKEN 16 /* from Xen's heap, in search of the pool's frames */
#define COUNT_STATE (3ULL << 58)
#define COUNT_FREE (3ULL << 58)
#define MOST_LOST 3 /* references */
#define GRANT_ENTRIES (PAGE_SIZE / sizeof(struct grant_entry_v1))
#define USES(nr) (1ULL << (nr) | 1ULL << __HYPERVISOR_multicall)
#define FIRST_XEN_SLOT 256
#define LAST_XEN_SLOT 271

struct clean { /* a frame between programs */
    uint64_t mfn, count_info, type_info, m2p;
    uint32_t owner;
};

uint8_t touched[1 << 16];
static struct clean pool[2 * POOL_FRAMES]; /* our own, then the other domain's */
static unsigned npool;
static struct clean home[MAX_HOME]; /* our boot tables, L4 first */
static unsigned nhome, ncopied;
static uint64_t contents[MAX_COPIED][ENTRIES];

static struct clean state_of(uint64_t mfn) {
    const struct frame *frame = &frame_table[mfn];
    return (struct clean){mfn, frame->count_info, frame->type_info, m2p[mfn], frame->owner};
}

static void add_home(uint64_t mfn) {
    if (nhome == MAX_HOME) fail("too many boot tables", nhome);
    home[nhome++] = state_of(mfn);
}

/* Called once, with the second vCPU up and before the first program. */
void note_clean_state(void) {
    add_home(header->boot_l4_mfn);
    add_home(header->boot_l3_mfn);
    add_home(header->boot_l2_mfn);
    const uint64_t *l2 = alias(header->boot_l2_mfn);
    for (unsigned i = 0; i < ENTRIES && l2[i] & PTE_P; i++) add_home(PTE_MFN(l2[i]));
    ncopied = nhome < MAX_COPIED ? nhome : MAX_COPIED;
    for (unsigned i = 0; i < ncopied; i++) copy(contents[i], alias(home[i].mfn), PAGE_SIZE);
    for (unsigned i = 0; i < POOL_FRAMES; i++) pool[npool++] = state_of(header->pool[i]);
    if (header->foreign_domid != DOMID_INVALID)
        for (unsigned i = 0; i < POOL_FRAMES; i++) pool[npool++] = state_of(header->foreign_pool[i]);
    for (unsigned i = 0; i < npool; i++) zero(alias(pool[i].mfn), PAGE_SIZE);
}

static void mark_dirty(struct result *result, uint64_t mfn) {
    if (result->status & STATUS_DIRTY) return;
    result->status |= STATUS_DIRTY;
    result->dirty_mfn = mfn;
    result->dirty_count = frame_table[mfn].count_info;
    result->dirty_type = frame_table[mfn].type_info;
}

static long unmap_grant(const struct gnttab_map_grant_ref *map, uint64_t host_addr) {
    struct gnttab_unmap_grant_ref unmap = {.host_addr = host_addr, .handle = map->handle};
    if (map->flags & GNTMAP_device_map) unmap.dev_bus_addr = map->dev_bus_addr;
    HYPERCALL(grant_table_op, GNTTABOP_unmap_grant_ref, &unmap, 1, 0, 0);
    return unmap.status;
}

/* Unmapping address 0 takes no mapping away, though something may be mapped there. */
static int unmaps(const struct gnttab_map_grant_ref *map) {
    if (map->flags & GNTMAP_host_map && !map->host_addr) return 0;
    long status = unmap_grant(map, map->host_addr);
    return status == GNTST_okay || status == GNTST_bad_handle;
}

/*
 * Linear addresses are unmapped on vCPU 0 under the base that the program left loaded there. Returns
 * how many are left: the program has overwritten the entry, or loaded another base.
 */
static unsigned unmap_grants(const struct gnttab_map_grant_ref *maps, unsigned n) {
    unsigned left = 0;
    for (unsigned i = 0; i < n; i++) left += maps[i].status == GNTST_okay && !unmaps(&maps[i]);
    return left;
}

/*
 * Xen believes any entry that names the frame. All tables of the program are gone, and with its
 * entry went the mapping's reference: an entry of ours brings one for the unmapping to drop.
 * The latest first: of maps with the same handle only that one is still there.
 */
static void unmap_lost_grants(const struct gnttab_map_grant_ref *maps, unsigned n) {
    static uint8_t scratch[PAGE_SIZE] ALIGNED_PAGE;
    uint64_t va = (uint64_t)scratch, own = PAGE_ENTRY(mfn_of(scratch));
    const uint64_t *l2 = alias(header->boot_l2_mfn);
    uint64_t entry_address = l2[va >> 21 & 511] & ~(PAGE_SIZE - 1ULL);
    entry_address = (PTE_MFN(entry_address) << 12) + (va >> 12 & 511) * 8;
    for (unsigned i = n; i-- > 0;) {
        if (maps[i].status != GNTST_okay || !(maps[i].flags & GNTMAP_host_map)) continue;
        uint64_t entry = PAGE_ENTRY(maps[i].dev_bus_addr >> 12);
        if (map_page(scratch, maps[i].flags & GNTMAP_readonly ? READ_ONLY(entry) : entry)) continue;
        unmap_grant(&maps[i], maps[i].flags & GNTMAP_contains_pte ? entry_address : va);
        map_page(scratch, own);
    }
}

/* Asked to unmap nothing, Xen tells whether a handle means anything. */
static void end_grants(const struct gnttab_map_grant_ref *maps, unsigned n, struct result *result) {
    for (unsigned i = 0; i < n; i++) {
        if (maps[i].status != GNTST_okay) continue;
        struct gnttab_unmap_grant_ref nothing = {.handle = maps[i].handle};
        HYPERCALL(grant_table_op, GNTTABOP_unmap_grant_ref, &nothing, 1, 0, 0);
        if (nothing.status != GNTST_bad_handle) mark_dirty(result, header->grant_mfn);
    }
    volatile uint64_t *entries = alias(header->grant_mfn);
    for (unsigned i = 0; i < GRANT_ENTRIES; i++) {
        if (!entries[i]) continue;
        if (entries[i] & (GTF_reading | GTF_writing)) mark_dirty(result, header->grant_mfn);
        entries[i] = 0;
    }
}

/*
 * One vCPU, as far as its hypercalls in this program make it necessary. Loading the base flushes,
 * even if it is loaded already, so nothing of the program stays in this processor's TLB.
 */
static void reset_vcpu(struct cpu *cpu, void *unused) {
    (void)unused;
    static const uint8_t assists[] = {0, 1, 2, 3, 4, 5, VMASST_TYPE_m2p_strict};
    uint64_t hypercalls = cpu->hypercalls;
    if (hypercalls & USES(__HYPERVISOR_vm_assist))
        for (unsigned i = 0; i < sizeof assists; i++)
            HYPERCALL(vm_assist, VMASST_CMD_disable, assists[i], 0, 0, 0);
    if (hypercalls & USES(__HYPERVISOR_set_gdt)) HYPERCALL(set_gdt, 0, 0, 0, 0, 0);
    struct mmuext_op ops[3] = {
        {.cmd = MMUEXT_NEW_USER_BASEPTR, .arg1.mfn = 0},
        {.cmd = MMUEXT_SET_LDT, .arg1.linear_addr = 0, .arg2.nr_ents = 0},
        {.cmd = MMUEXT_NEW_BASEPTR, .arg1.mfn = header->boot_l4_mfn},
    };
    mmuext_op(ops, 3, DOMID_SELF);
    cpu->hypercalls = cpu->used = 0;
}

static int is_xen_slot(unsigned table, unsigned slot) {
    return table == 0 && slot >= FIRST_XEN_SLOT && slot <= LAST_XEN_SLOT;
}

static int is_in_play(const struct program *program, uint64_t mfn) {
    for (unsigned i = 0; i < program->nframes; i++)
        if (program->frames[i] == mfn) return 1;
    return 0;
}

struct repairs {
    struct mmu_update updates[MAX_REPAIRS];
    unsigned n;
};

static void find_repairs(unsigned table, struct repairs *repairs, struct result *result) {
    const uint64_t *now = alias(home[table].mfn), *then = contents[table];
    for (unsigned slot = 0; slot < ENTRIES; slot++) {
        if (!((now[slot] ^ then[slot]) & ~(PTE_A | PTE_D)) || is_xen_slot(table, slot)) continue;
        if (repairs->n == MAX_REPAIRS) {
            mark_dirty(result, home[table].mfn);
            return;
        }
        repairs->updates[repairs->n++] = (struct mmu_update){home[table].mfn << 12 | slot * 8, then[slot]};
    }
}

/* Writes back what differs, but for the bits that the processor sets. */
static void repair_boot_tables(const struct program *program, struct result *result) {
    struct repairs repairs;
    repairs.n = 0;
    for (unsigned table = 0; table < ncopied; table++)
        if (table < ALWAYS_CHECKED || is_in_play(program, home[table].mfn))
            find_repairs(table, &repairs, result);
    for (unsigned i = 0; i < repairs.n; i++) /* singly: one that is refused must not stop the others */
        if (mmu_update(&repairs.updates[i], 1, DOMID_SELF)) mark_dirty(result, repairs.updates[i].ptr >> 12);
}

/* Pins that only the program has made. */
static void unpin_boot_tables(void) {
    for (unsigned i = 0; i < nhome; i++) {
        struct mmuext_op op = {.cmd = MMUEXT_UNPIN_TABLE, .arg1.mfn = home[i].mfn};
        if (frame_table[home[i].mfn].type_info & ~home[i].type_info & TYPE_PINNED)
            mmuext_op(&op, 1, DOMID_SELF);
    }
}

static void unpin(unsigned first, unsigned end, domid_t domain) {
    struct mmuext_op ops[POOL_FRAMES];
    unsigned n = 0;
    for (unsigned i = first; i < end; i++)
        if (frame_table[pool[i].mfn].type_info & TYPE_PINNED)
            ops[n++] = (struct mmuext_op){.cmd = MMUEXT_UNPIN_TABLE, .arg1.mfn = pool[i].mfn};
    if (n) mmuext_op(ops, n, domain);
}

/* Asked to pin such a table, Xen goes on where it stopped, fails, and takes down what is there. */
static void finish_half_validated(void) {
    for (unsigned i = 0; i < POOL_FRAMES; i++) {
        uint64_t type = frame_table[pool[i].mfn].type_info;
        if (!(type & TYPE_PARTIAL)) continue;
        struct mmuext_op ops[] = {
            {.cmd = MMUEXT_PIN_L1_TABLE + (type >> TYPE_SHIFT) - 1, .arg1.mfn = pool[i].mfn},
            {.cmd = MMUEXT_UNPIN_TABLE, .arg1.mfn = pool[i].mfn}, /* if it did not fail */
        };
        mmuext_op(&ops[0], 1, DOMID_SELF);
        mmuext_op(&ops[1], 1, DOMID_SELF);
    }
}

static int is_given_back(const struct clean *clean) {
    return (frame_table[clean->mfn].count_info & COUNT_STATE) == COUNT_FREE;
}

/* Takes back what the program gave to Xen, whose heap hands out first what it got last. */
static void take_back_pool(void) {
    xen_pfn_t others[MOST_TAKEN];
    struct xen_memory_reservation reservation = {.nr_extents = 1, .domid = DOMID_SELF};
    unsigned missing = 0, n = 0;
    for (unsigned i = 0; i < POOL_FRAMES; i++) missing += is_given_back(&pool[i]);
    for (unsigned tries = 0; missing && tries < MOST_TAKEN; tries++) {
        xen_pfn_t taken = 0; /* what a frame of ours is called does not matter; the answer is its MFN */
        set_xen_guest_handle(reservation.extent_start, &taken);
        if (memory_op(XENMEM_populate_physmap, &reservation) != 1) break;
        unsigned i = 0;
        while (i < POOL_FRAMES && pool[i].mfn != taken) i++;
        if (i == POOL_FRAMES)
            others[n++] = taken;
        else
            touched[taken] = 1, missing--;
    }
    while (n) {
        set_xen_guest_handle(reservation.extent_start, &others[--n]);
        memory_op(XENMEM_decrease_reservation, &reservation);
    }
}

/* Nothing that holds a reference is left: the few that there may be are taken away, and told. */
static void put_back_pool(struct result *result) {
    for (unsigned i = 0; i < npool; i++) {
        const struct clean *clean = &pool[i];
        struct frame *frame = &frame_table[clean->mfn];
        uint64_t type = frame->type_info, lost = frame->count_info - clean->count_info;
        if (lost && lost <= MOST_LOST && !(type & ~TYPE_LEFTOVER)) {
            frame->count_info -= lost;
            result->status |= STATUS_LOST;
        }
        if (frame->count_info != clean->count_info || frame->owner != clean->owner ||
            type & ~TYPE_LEFTOVER) {
            mark_dirty(result, clean->mfn);
            continue;
        }
        if (m2p[clean->mfn] != clean->m2p) m2p[clean->mfn] = clean->m2p;
        if (type == clean->type_info && !touched[clean->mfn]) continue;
        frame->type_info = clean->type_info;
        frame->third = 0; /* as a time stamp: every processor has flushed since */
        touched[clean->mfn] = 0;
        zero_page(alias(clean->mfn));
    }
}

static void check_boot_tables(struct result *result) {
    for (unsigned i = 0; i < nhome; i++) {
        const struct frame *frame = &frame_table[home[i].mfn];
        if (frame->count_info != home[i].count_info || frame->type_info != home[i].type_info)
            mark_dirty(result, home[i].mfn);
    }
}

void reset(const struct program *program, struct result *result, uint8_t *data) {
    const struct gnttab_map_grant_ref *maps = (const void *)(data + program->map_ops);
    unsigned lost_grants = unmap_grants(maps, program->nmap_ops);
    for (unsigned vcpu = header->vcpus; vcpu-- > 0;)
        if (cpus[vcpu].cpu.used) on_cpu(vcpu, reset_vcpu, NULL);
    repair_boot_tables(program, result);
    unpin_boot_tables();
    unpin(0, POOL_FRAMES, DOMID_SELF);
    if (header->privileged) unpin(POOL_FRAMES, npool, header->foreign_domid);
    finish_half_validated();
    take_back_pool();
    if (lost_grants) unmap_lost_grants(maps, program->nmap_ops);
    end_grants(maps, program->nmap_ops, result);
    put_back_pool(result);
    check_boot_tables(result);
}
