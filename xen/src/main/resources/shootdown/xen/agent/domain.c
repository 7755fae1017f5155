/*
 * The second, unprivileged domain: dom0's agent builds it, from a copy of its own image, and from then
 * on the two take turns. Apache-2.0.
 *
 * All that the new domain must find is written through the alias, before its L4 is pinned: copy of the
 * image, header, page tables. Its alias is written into its L1 tables *after* they were validated,
 * behind Xen's back: an unprivileged domain may not map MMIO, and permission to do so would change
 * the rules that it is here to test (cache attributes, cache flushes). Xen drops such entries without
 * a look at any count, as they name no RAM.
 *
 * Taking turns: both domains' vCPU n is pinned to processor n, and the domain whose turn it is not is
 * blocked, its second vCPU down. A domain that crashes wakes dom0 by VIRQ_DOM_EXC.
 */
#include "agent.h"

#define EXTENT_ORDER 11
#define FRAMES (1 << EXTENT_ORDER)
#define EACCES 13 /* "not my version of the interface" */
#define LOOK_AGAIN_NS 2000000000ULL /* dom0 looks at the heartbeat, even if the other domain hangs */

struct birth birth;
static struct xen_domctl domctl;
static struct vcpu_guest_context context;
static evtchn_port_t peer_port, exception_port;
static uint32_t interface_version;

static long do_domctl(unsigned command, uint64_t domid) {
    domctl.cmd = command;
    domctl.interface_version = interface_version;
    domctl.domain = domid;
    return HYPERCALL(domctl, &domctl, 0, 0, 0, 0);
}

static void must(long rc, const char *what) {
    if (rc < 0) fail(what, rc);
}

/*
 * Xen takes requests of its own version of this interface only. What is used here has hardly changed
 * from one to the next: any hypervisor from 4.13 to 4.20 will do. 0 if it takes none.
 */
static uint64_t create(void) {
    static const uint32_t versions[] = {XEN_DOMCTL_INTERFACE_VERSION, 0x17, 0x16, 0x14, 0x13, 0x12};
    long rc = -EACCES;
    for (unsigned i = 0; i < sizeof versions / sizeof versions[0] && rc == -EACCES; i++) {
        interface_version = versions[i];
        zero(&domctl, sizeof domctl);
        domctl.u.createdomain = (struct xen_domctl_createdomain){
            .max_vcpus = MAX_VCPUS,
            .max_evtchn_port = 1023,
            .max_grant_frames = 4,
            .max_maptrack_frames = 16,
            .grant_opts = interface_version > 0x13 ? XEN_DOMCTL_GRANT_version(1) : 0,
        };
        rc = do_domctl(XEN_DOMCTL_createdomain, 0);
    }
    if (rc == -EACCES) return 0;
    must(rc, "creating the second domain");
    return domctl.domain;
}

static void pin_vcpu(uint64_t domid, unsigned vcpu) {
    uint8_t map[8] = {1 << vcpu};
    zero(&domctl, sizeof domctl);
    domctl.u.vcpuaffinity.vcpu = vcpu;
    domctl.u.vcpuaffinity.flags = XEN_VCPUAFFINITY_HARD;
    domctl.u.vcpuaffinity.cpumap_hard.nr_bits = 64;
    set_xen_guest_handle_raw(domctl.u.vcpuaffinity.cpumap_hard.bitmap, map);
    /* With one processor there is no place for the second one, which then stays where it is. */
    do_domctl(XEN_DOMCTL_setvcpuaffinity, domid);
}

/* FRAMES contiguous frames; the first one is returned. */
static uint64_t populate(uint64_t domid) {
    zero(&domctl, sizeof domctl);
    domctl.u.max_mem.max_memkb = FRAMES * 4 + 1024;
    must(do_domctl(XEN_DOMCTL_max_mem, domid), "setting the second domain's limit");
    zero(&domctl, sizeof domctl);
    domctl.u.max_vcpus.max = MAX_VCPUS;
    must(do_domctl(XEN_DOMCTL_max_vcpus, domid), "making the second domain's vCPUs");
    xen_pfn_t extent = 0;
    struct xen_memory_reservation reservation = {
        .nr_extents = 1, .extent_order = EXTENT_ORDER, .domid = domid};
    set_xen_guest_handle(reservation.extent_start, &extent);
    if (memory_op(XENMEM_populate_physmap, &reservation) != 1) fail("no 8 MiB for the second domain", 0);
    return extent;
}

/* Where the frames of the new domain are used: the image, then these. */
struct plan {
    uint64_t image, pages; /* image's first frame, and its length */
    uint64_t l4, l3, l2, l1, pool;
};

static struct plan make_plan(uint64_t first) {
    uint64_t pages = ((uint64_t)_end - IMAGE_VA) / PAGE_SIZE;
    uint64_t l1s = (pages + ENTRIES - 1) / ENTRIES, tables = first + pages;
    struct plan plan = {first, pages, tables, tables + 1, tables + 2, tables + 3, tables + 3 + l1s};
    if (plan.pool + POOL_FRAMES > first + FRAMES) fail("the second domain is too small", pages);
    return plan;
}

/* The new domain's frame of one of our variables. */
static uint64_t its(const struct plan *plan, const volatile void *variable) {
    return plan->image + (((uint64_t)variable - IMAGE_VA) >> 12);
}

/* Page tables in the new domain's image, and the page that shall be read-only. */
static int is_read_only(const struct plan *plan, uint64_t mfn) {
    return (mfn >= its(plan, alias_l1) && mfn <= its(plan, alias_l1[(header->max_page - 1) / ENTRIES])) ||
           (mfn >= its(plan, window_l1) && mfn <= its(plan, window_l1[WINDOWS - 1])) ||
           mfn == its(plan, alias_l2) || mfn == its(plan, readonly_page);
}

static void write_tables(const struct plan *plan) {
    uint64_t *l4 = alias(plan->l4), *l3 = alias(plan->l3), *l2 = alias(plan->l2), *l1 = alias(plan->l1);
    l4[511] = TABLE_ENTRY(plan->l3);
    l3[510] = TABLE_ENTRY(plan->l2);
    l3[511] = TABLE_ENTRY(its(plan, alias_l2));
    for (uint64_t i = 0; i < plan->pages; i++) {
        uint64_t mfn = plan->image + i;
        l2[i / ENTRIES] = TABLE_ENTRY(plan->l1 + i / ENTRIES);
        l1[i] = is_read_only(plan, mfn) ? READ_ONLY(PAGE_ENTRY(mfn)) : PAGE_ENTRY(mfn);
    }
    uint64_t *top = alias(its(plan, alias_l2));
    for (uint64_t i = 0; i < (header->max_page + ENTRIES - 1) / ENTRIES; i++)
        top[i] = TABLE_ENTRY(its(plan, alias_l1[i]));
    for (uint64_t i = 0; i < WINDOWS; i++)
        top[(FRAME_TABLE_VA >> 21 & 511) + i] = TABLE_ENTRY(its(plan, window_l1[i]));
}

static void write_alias(const struct plan *plan) {
    for (uint64_t i = 0; i < header->max_page; i++)
        ((uint64_t *)alias(its(plan, alias_l1[i / ENTRIES])))[i % ENTRIES] = PAGE_ENTRY(alias_mfn + i);
    for (unsigned i = 0; i < WINDOWS; i++) copy(alias(its(plan, window_l1[i])), window_l1[i], PAGE_SIZE);
}

static void write_header(const struct plan *plan, uint64_t domid, uint64_t shared_info_frame) {
    struct header *its_header = alias(its(plan, header));
    copy(its_header, header, sizeof *header);
    its_header->privileged = 0;
    its_header->domid = domid;
    its_header->boot_l4_mfn = plan->l4;
    its_header->boot_l3_mfn = plan->l3;
    its_header->boot_l2_mfn = plan->l2;
    its_header->boot_l1_mfn = plan->l1;
    its_header->shared_info_mfn = shared_info_frame;
    its_header->foreign_domid = header->domid;
    its_header->foreign_mailbox_mfn = mfn_of(header);
    its_header->foreign_owner = header->owner;
    for (unsigned i = 0; i < POOL_FRAMES; i++) {
        its_header->foreign_pool[i] = header->pool[i];
        its_header->pool[i] = header->foreign_pool[i] = plan->pool + i;
    }
    struct birth *its_birth = (void *)((uint8_t *)alias(its(plan, &birth)) + ((uint64_t)&birth & 4095));
    *its_birth = (struct birth){plan->image, alias_mfn, peer_port};
}

static void start(const struct plan *plan, uint64_t domid) {
    zero(&context, sizeof context);
    context.flags = VGCF_in_kernel | VGCF_online;
    context.user_regs.rip = (uint64_t)_start;
    context.user_regs.cs = USER_CS;
    context.user_regs.ss = USER_SS;
    context.kernel_ss = USER_SS;
    context.kernel_sp = (uint64_t)&cpus[0] + CPU_SIZE;
    context.ctrlreg[3] = plan->l4 << 12;
    zero(&domctl, sizeof domctl);
    set_xen_guest_handle_raw(domctl.u.vcpucontext.ctxt, &context);
    must(do_domctl(XEN_DOMCTL_setvcpucontext, domid), "setting the second domain's context");
    must(do_domctl(XEN_DOMCTL_unpausedomain, domid), "unpausing the second domain");
}

static void open_channels(uint64_t domid) {
    struct evtchn_alloc_unbound unbound = {.dom = DOMID_SELF, .remote_dom = domid};
    must(event_channel_op(EVTCHNOP_alloc_unbound, &unbound), "making an event channel");
    peer_port = unbound.port;
    struct evtchn_bind_virq virq = {.virq = VIRQ_DOM_EXC, .vcpu = 0};
    must(event_channel_op(EVTCHNOP_bind_virq, &virq), "binding VIRQ_DOM_EXC");
    exception_port = virq.port;
}

void build_domain(void) {
    uint64_t domid = create();
    for (unsigned vcpu = 0; vcpu < MAX_VCPUS; vcpu++) pin_vcpu(header->domid, vcpu);
    if (!domid) return;
    struct plan plan = make_plan(populate(domid));
    for (unsigned vcpu = 0; vcpu < MAX_VCPUS; vcpu++) pin_vcpu(domid, vcpu);
    zero(alias(plan.image), FRAMES * PAGE_SIZE);
    copy(alias(plan.image), (void *)IMAGE_VA, _copy_end - (uint8_t *)IMAGE_VA);
    write_tables(&plan);
    struct mmuext_op pin = {.cmd = MMUEXT_PIN_L4_TABLE, .arg1.mfn = plan.l4};
    must(mmuext_op(&pin, 1, domid), "pinning the second domain's L4");
    write_alias(&plan);
    zero(&domctl, sizeof domctl);
    must(do_domctl(XEN_DOMCTL_getdomaininfo, domid), "asking for the second domain");
    open_channels(domid);
    write_header(&plan, domid, domctl.u.getdomaininfo.shared_info_frame);
    header->foreign_domid = domid;
    header->foreign_mailbox_mfn = its(&plan, header);
    header->foreign_owner = frame_table[plan.image].owner;
    start(&plan, domid);
}

/* The new domain's side of its birth. */
void join_dom0(void) {
    struct evtchn_bind_interdomain bind = {.remote_dom = 0, .remote_port = birth.remote_port};
    must(event_channel_op(EVTCHNOP_bind_interdomain, &bind), "binding to dom0's event channel");
    peer_port = bind.local_port;
}

static int take_event(evtchn_port_t port) {
    uint64_t bit = 1ULL << (port & 63);
    return (__atomic_fetch_and(&shared_info.evtchn_pending[port / 64], ~bit, __ATOMIC_ACQ_REL) & bit) != 0;
}

static int has_died(uint64_t domid) {
    zero(&domctl, sizeof domctl);
    long rc = do_domctl(XEN_DOMCTL_getdomaininfo, domid);
    return rc < 0 || (domctl.u.getdomaininfo.flags & (XEN_DOMINF_shutdown | XEN_DOMINF_dying));
}

/*
 * A processor that has nothing else to do keeps the tables of the vCPU that left it, and gets that
 * domain's flushes. Asking for the context of a sleeping vCPU makes Xen save it, which ends that.
 */
void put_to_rest(uint64_t domid, unsigned vcpu) {
    if (!header->privileged) return;
    zero(&domctl, sizeof domctl);
    domctl.u.vcpucontext.vcpu = vcpu;
    set_xen_guest_handle_raw(domctl.u.vcpucontext.ctxt, &context);
    do_domctl(XEN_DOMCTL_getvcpucontext, domid); /* if it fails, flushes cost more, that is all */
}

/* Lets the other domain run; returns when it is our turn again. */
void hand_over(uint64_t domid) {
    need_second_vcpu(0);
    put_to_rest(domid, 1);
    volatile uint64_t *running = &lead->running;
    *running = domid;
    struct evtchn_send send = {.port = peer_port};
    event_channel_op(EVTCHNOP_send, &send); /* fails before the other side has joined: it is awake then */
    evtchn_port_t ports[2] = {peer_port, exception_port};
    while (*running != header->domid) {
        struct sched_poll poll = {.nr_ports = header->privileged ? 2 : 1};
        set_xen_guest_handle(poll.ports, ports);
        if (header->privileged) poll.timeout = now_ns() + LOOK_AGAIN_NS;
        sched_op(SCHEDOP_poll, &poll);
        take_event(peer_port);
        if (header->privileged && take_event(exception_port) && has_died(domid)) {
            header->foreign_died = 1;
            *running = header->domid;
        }
        if (header->privileged) check_heartbeat();
    }
}
