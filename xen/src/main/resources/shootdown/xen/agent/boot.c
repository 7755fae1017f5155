/*
 * From Xen's start to an agent that can work: traps, the second mapping of RAM, the frame table, the
 * grant table, the second vCPU. Apache-2.0.
 *
 * The host attaches the machine's RAM a second time, as the memory of an ivshmem device. Its pages are
 * MMIO to Xen, so a mapping of them takes no reference and has no type: through this *alias* the agent
 * sees and changes any byte of the machine without a trace in the page state that it is to observe.
 */
#include "agent.h"

#define ALIAS_TABLES 128 /* 256 MiB of RAM at most */
#define PCI_ADDRESS 0xcf8
#define PCI_DATA 0xcfc
#define IVSHMEM 0x11101af4 /* device, vendor */
#define XEN_FRAME_TABLE_VA 0xffff82e000000000
#define XEN_M2P_VA 0xffff800000000000
#define LAPIC_MFN 0xfee00
#define VGA_MFN 0xb8

uint64_t alias_l1[ALIAS_TABLES][ENTRIES] ALIGNED_PAGE;
uint64_t window_l1[WINDOWS][ENTRIES] ALIGNED_PAGE;
uint64_t alias_l2[ENTRIES] ALIGNED_PAGE;
uint8_t readonly_page[PAGE_SIZE] ALIGNED_PAGE;
uint64_t alias_mfn;
union cpu_block cpus[MAX_VCPUS];
struct own_vcpu_info vcpu_infos[MAX_VCPUS];
static struct vcpu_guest_context context;

void second_vcpu(struct cpu *cpu);

static uint32_t pci_read(unsigned device, unsigned offset) {
    outl(PCI_ADDRESS, 0x80000000 | device << 11 | offset);
    return inl(PCI_DATA);
}

static void find_alias(void) {
    for (unsigned device = 0; device < 32; device++)
        if (pci_read(device, 0) == IVSHMEM) {
            uint64_t low = pci_read(device, 0x18), high = pci_read(device, 0x1c);
            alias_mfn = (high << 32 | (low & ~0xfULL)) >> 12;
            return;
        }
    fail("no ivshmem device on PCI bus 0", 0);
}

/* Makes a table of ours read-only, as a page table must be. */
static void protect(const uint64_t *table) {
    long rc = map_page((volatile void *)table, READ_ONLY(PAGE_ENTRY(mfn_of(table))));
    if (rc) fail("making a table of the alias read-only", rc);
}

static void map_alias(void) {
    unsigned tables = (header->max_page + ENTRIES - 1) / ENTRIES;
    if (tables > ALIAS_TABLES) fail("more than 256 MiB of RAM", header->max_page);
    for (uint64_t i = 0; i < header->max_page; i++)
        alias_l1[i / ENTRIES][i % ENTRIES] = PAGE_ENTRY(alias_mfn + i);
    for (unsigned i = 0; i < tables; i++) alias_l2[i] = TABLE_ENTRY(mfn_of(alias_l1[i]));
    for (unsigned i = 0; i < WINDOWS; i++)
        alias_l2[(FRAME_TABLE_VA >> 21 & 511) + i] = TABLE_ENTRY(mfn_of(window_l1[i]));
    for (unsigned i = 0; i < tables; i++) protect(alias_l1[i]);
    for (unsigned i = 0; i < WINDOWS; i++) protect(window_l1[i]);
    protect(alias_l2);
    struct mmu_update update = {
        .ptr = header->boot_l3_mfn << 12 | (ALIAS_VA >> 30 & 511) * 8,
        .val = TABLE_ENTRY(mfn_of(alias_l2)),
    };
    long rc = mmu_update(&update, 1, DOMID_SELF);
    if (rc) fail("mapping the alias", rc);
}

/* Walks the loaded tables, Xen's own part too. 0 if nothing is mapped. */
static uint64_t machine_address(uint64_t va) {
    uint64_t mfn = header->boot_l4_mfn;
    for (int shift = 39;; shift -= 9) {
        uint64_t entry = ((uint64_t *)alias(mfn))[va >> shift & 511];
        if (!(entry & PTE_P)) return 0;
        mfn = PTE_MFN(entry);
        if (shift == 12 || (shift < 39 && entry & PTE_PSE)) {
            uint64_t offset = (1ULL << shift) - 1;
            return ((mfn << 12) & ~offset) | (va & offset);
        }
    }
}

/* Shows `bytes` of Xen's own memory from `va` on in a window, through the alias. */
static void open_window(unsigned window, uint64_t va, uint64_t bytes) {
    uint64_t *entries = alias(mfn_of(window_l1[window])); /* the table itself is read-only by now */
    for (uint64_t i = 0; i < (bytes + PAGE_SIZE - 1) / PAGE_SIZE; i++) {
        uint64_t address = machine_address(va + i * PAGE_SIZE);
        if (address) entries[i] = PAGE_ENTRY(alias_mfn + (address >> 12));
    }
}

static void find_tables_of_xen(void) {
    open_window(0, XEN_FRAME_TABLE_VA, header->max_page * sizeof(struct frame));
    open_window(1, XEN_M2P_VA, header->max_page * sizeof(uint64_t));
    uint64_t frame_table_l3 = ((uint64_t *)alias(header->boot_l4_mfn))[XEN_FRAME_TABLE_VA >> 39 & 511];
    header->xen_mfn = PTE_MFN(frame_table_l3);
}

static void choose_pool(const struct start_info *start) {
    const uint64_t *mfns = (const uint64_t *)start->mfn_list;
    for (unsigned i = 0; i < POOL_FRAMES; i++) /* the last ones: Xen's builder did not map them */
        header->pool[i] = mfns[start->nr_pages - POOL_FRAMES + i];
}

void boot_dom0(const struct start_info *start) {
    const uint64_t *mfns = (const uint64_t *)start->mfn_list;
    const uint64_t *l4 = (const uint64_t *)start->pt_base;
    uint64_t pages = ((uint64_t)_end - IMAGE_VA) / PAGE_SIZE;
    image_mfn = mfns[0];
    for (uint64_t i = 0; i < pages; i++)
        if (mfns[i] != image_mfn + i) fail("the image is not contiguous", i);
    struct physdev_set_iopl iopl = {.iopl = 1};
    HYPERCALL(physdev_op, PHYSDEVOP_set_iopl, &iopl, 0, 0, 0);

    header->privileged = 1;
    header->shared_info_mfn = start->shared_info >> 12;
    header->boot_l4_mfn = mfn_of(l4);
    header->boot_l3_mfn = PTE_MFN(l4[511]);
    const uint64_t *l3 = (void *)(IMAGE_VA + ((header->boot_l3_mfn - image_mfn) << 12));
    header->boot_l2_mfn = PTE_MFN(l3[510]);
    const uint64_t *l2 = (void *)(IMAGE_VA + ((header->boot_l2_mfn - image_mfn) << 12));
    header->boot_l1_mfn = PTE_MFN(l2[0]);
    header->max_page = memory_op(XENMEM_maximum_ram_page, NULL);
    header->xen_version = HYPERCALL(xen_version, XENVER_version, NULL, 0, 0, 0);
    header->mmio_mfn = VGA_MFN;
    header->denied_mfn = LAPIC_MFN;
    header->foreign_domid = DOMID_INVALID;
    find_alias();
    map_alias();
    find_tables_of_xen();
    choose_pool(start);
}

static struct trap_info trap(const uint64_t *entry) {
    return (struct trap_info){.vector = entry[0],
                              .flags = entry[0] == 3 || entry[0] == 4 ? 3 : 0, /* DPL */
                              .cs = USER_CS,
                              .address = entry[1]};
}

/* As set_trap_table takes them: one after the other. */
static void list_traps(struct trap_info *traps) {
    for (const uint64_t *entry = trap_entries; entry[1]; entry += 2) *traps++ = trap(entry);
}

/* As a vCPU's context has them: each in its place. */
static void index_traps(struct trap_info *traps) {
    for (const uint64_t *entry = trap_entries; entry[1]; entry += 2) traps[entry[0]] = trap(entry);
}

static void set_callback(unsigned type, const void *address) {
    struct callback_register callback = {.type = type, .address = (uint64_t)address};
    long rc = HYPERCALL(callback_op, CALLBACKOP_register, &callback, 0, 0, 0);
    if (rc) fail("registering a callback", rc);
}

static void set_up_grants(void) {
    xen_pfn_t frame = 0;
    struct gnttab_setup_table setup = {.dom = DOMID_SELF, .nr_frames = 1};
    set_xen_guest_handle(setup.frame_list, &frame);
    long rc = HYPERCALL(grant_table_op, GNTTABOP_setup_table, &setup, 1, 0, 0);
    if (rc || setup.status) fail("setting up the grant table", rc ? rc : setup.status);
    header->grant_mfn = frame;
}

/*
 * The shared info page is in play: programs may write to it, or clear it, by hypercalls. So what the
 * agent depends on is elsewhere: the event mask, the time, and CR2.
 */
static void move_vcpu_info(unsigned vcpu) {
    vcpu_op(VCPUOP_stop_periodic_timer, vcpu, NULL); /* whatever interrupts a call may preempt it */
    shared_info.vcpu_info[vcpu].evtchn_upcall_mask = 1; /* Xen copies it */
    struct vcpu_register_vcpu_info info = {
        .mfn = mfn_of(&vcpu_infos[vcpu]),
        .offset = (uint64_t)&vcpu_infos[vcpu] & (PAGE_SIZE - 1),
    };
    long rc = vcpu_op(VCPUOP_register_vcpu_info, vcpu, &info);
    if (rc) fail("moving a vCPU's info", rc);
}

void start_vcpu(unsigned vcpu) {
    struct cpu *cpu = &cpus[vcpu].cpu;
    move_vcpu_info(vcpu);
    cpu->id = vcpu;
    zero(&context, sizeof context);
    context.flags = VGCF_in_kernel; /* online would make VCPUOP_up think that it runs already */
    context.user_regs.rip = (uint64_t)second_vcpu;
    context.user_regs.rdi = (uint64_t)cpu;
    context.user_regs.rsp = (uint64_t)cpu + CPU_STACK - 8;
    context.user_regs.cs = USER_CS;
    context.user_regs.ss = USER_SS;
    index_traps(context.trap_ctxt);
    context.kernel_ss = USER_SS;
    context.kernel_sp = (uint64_t)cpu + CPU_SIZE;
    context.ctrlreg[3] = header->boot_l4_mfn << 12;
    context.event_callback_eip = (uint64_t)event_callback;
    context.failsafe_callback_eip = (uint64_t)failsafe_callback;
    context.syscall_callback_eip = (uint64_t)syscall_callback;
    long rc = vcpu_op(VCPUOP_initialise, vcpu, &context);
    if (!rc) rc = vcpu_op(VCPUOP_up, vcpu, NULL);
    if (rc == 0) header->vcpus++;
}

/* What both domains do, on vCPU 0. The alias works, the header is as boot_dom0 leaves it. */
void boot_common(void) {
    long rc = map_page(&shared_info, PAGE_ENTRY(header->shared_info_mfn));
    if (rc) fail("mapping the shared info page", rc);
    move_vcpu_info(0);
    struct trap_info traps[32] = {0};
    list_traps(traps);
    rc = HYPERCALL(set_trap_table, traps, 0, 0, 0, 0);
    if (rc) fail("setting the trap table", rc);
    HYPERCALL(stack_switch, USER_SS, (uint64_t)&cpus[0] + CPU_SIZE, 0, 0, 0);
    set_callback(CALLBACKTYPE_event, event_callback);
    set_callback(CALLBACKTYPE_failsafe, failsafe_callback);
    set_callback(CALLBACKTYPE_syscall, syscall_callback);
    map_page(readonly_page, READ_ONLY(PAGE_ENTRY(mfn_of(readonly_page))));
    set_up_grants();
    header->readonly_va = (uint64_t)readonly_page;
    header->user_va = (uint64_t)user_entry;
    header->mailbox_va = (uint64_t)header;
    header->mailbox_mfn = mfn_of(header);
    header->frame_table_va = FRAME_TABLE_VA;
    header->m2p_va = M2P_VA;
    header->owner = frame_table[image_mfn].owner;
    header->owner_io = frame_table[header->mmio_mfn].owner;
    header->vcpus = 1;
}

void leave_machine(void) {
    struct sched_shutdown shutdown = {.reason = SHUTDOWN_crash};
    if (header->privileged) outl(0x501, 0);
    for (;;) sched_op(SCHEDOP_shutdown, &shutdown);
}
