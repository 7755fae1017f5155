/*
 * What the parts of the agent share: hypercalls, the view of machine memory, the vCPUs.
 * Apache-2.0.
 */
#ifndef SHOOTDOWN_AGENT_H
#define SHOOTDOWN_AGENT_H

#include <stddef.h>
#include <stdint.h>

#define __XEN_TOOLS__ 1
#define __XEN_INTERFACE_VERSION__ 0x00040d00
#include <xen/xen.h>
#include <xen/callback.h>
#include <xen/domctl.h>
#include <xen/event_channel.h>
#include <xen/grant_table.h>
#include <xen/memory.h>
#include <xen/physdev.h>
#include <xen/sched.h>
#include <xen/vcpu.h>
#include <xen/version.h>

#include "layout.h"
#include "protocol.h"

#define PAGE_SIZE 4096
#define ENTRIES 512
#define ALIGNED_PAGE __attribute__((aligned(PAGE_SIZE)))

/* Entry flags. */
#define PTE_P 0x001ULL
#define PTE_RW 0x002ULL
#define PTE_USER 0x004ULL
#define PTE_A 0x020ULL
#define PTE_D 0x040ULL
#define PTE_PSE 0x080ULL
#define PTE_KERNEL (1ULL << 52) /* how Xen marks a guest kernel page: else it makes it global */
#define PTE_MFN(entry) (((entry) & 0x000ffffffffff000ULL) >> 12)
#define TABLE_ENTRY(mfn) ((mfn) << 12 | PTE_P | PTE_RW | PTE_USER | PTE_A | PTE_D)
#define PAGE_ENTRY(mfn) (TABLE_ENTRY(mfn) | PTE_KERNEL)
#define READ_ONLY(entry) ((entry) & ~PTE_RW)

/* Xen's page state, 32 bytes a frame, see facts about struct page_info. */
struct frame {
    uint64_t list;
    volatile uint64_t count_info;
    volatile uint64_t type_info;
    volatile uint32_t owner;
    volatile uint32_t third; /* time stamp, or numbers that belong to a page table in use */
};

#define TYPE_SHIFT 61
#define TYPE_PINNED (1ULL << 59)
#define TYPE_VALIDATED (1ULL << 58)
#define TYPE_PARTIAL (1ULL << 56) /* half validated */
#define TYPE_NON_COHERENT (1ULL << 55)
#define TYPE_COUNT ((1ULL << 55) - 1)
/* With count 0: the remembered type, which binds nobody. */
#define TYPE_LEFTOVER (7ULL << TYPE_SHIFT | TYPE_VALIDATED | TYPE_NON_COHERENT)

/* A vCPU. The first fields are known to start.S. */
struct cpu {
    uint64_t resume; /* stack pointer to go on with after a guarded operation, 0 outside of one */
    uint64_t fault;  /* vector + 1 */
    uint64_t error;
    uint64_t rip;
    uint32_t id;
    /* Work that vCPU 0 hands to another one. */
    void (*volatile work)(struct cpu *, void *);
    void *argument;
    uint64_t hypercalls; /* bit n: this program made hypercall n here; see reset.c */
    uint64_t used;       /* this program had a step here */
};

union cpu_block {
    struct cpu cpu;
    uint8_t bytes[CPU_SIZE];
} __attribute__((aligned(CPU_SIZE)));

/* start.S */
extern union cpu_block cpus[MAX_VCPUS];
extern volatile struct shared_info shared_info;
extern const uint64_t trap_entries[];
extern const uint8_t _start[], _copy_end[], _end[];
extern const uint8_t user_entry[], failsafe_callback[], event_callback[], syscall_callback[];
uint64_t guarded(struct cpu *cpu, const void *operation, uint64_t a, uint64_t b, uint64_t c);
uint64_t guarded_user(struct cpu *cpu, const void *operation, uint64_t a, uint64_t b, uint64_t c);

/* agent.c */
extern struct header *const header; /* of this domain's mailbox */
extern struct header *lead;         /* of dom0's mailbox: the host's wishes */
extern uint64_t image_mfn; /* the image is contiguous in machine memory */
void fail(const char *what, long error) __attribute__((noreturn));
void on_cpu(unsigned vcpu, void (*work)(struct cpu *, void *), void *argument);
uint64_t now_ns(void);
void check_heartbeat(void);
void need_second_vcpu(int needed);
void sleep_ns(uint64_t ns);

/* boot.c */
struct own_vcpu_info { /* aligned, so that it does not cross a page's end */
    struct vcpu_info info;
} __attribute__((aligned(sizeof(struct vcpu_info))));
extern struct own_vcpu_info vcpu_infos[];
#define WINDOWS 2 /* frame table, M2P */
extern uint64_t alias_l1[][ENTRIES], alias_l2[ENTRIES];
extern uint8_t readonly_page[PAGE_SIZE];
extern uint64_t window_l1[WINDOWS][ENTRIES];
extern uint64_t alias_mfn; /* first frame of the alias */
void boot_dom0(const struct start_info *start);
void boot_common(void);
void start_vcpu(unsigned vcpu);
void leave_machine(void) __attribute__((noreturn));

/* domain.c */
struct birth { /* what dom0's agent leaves in a new domain's memory */
    uint64_t image_mfn, alias_mfn;
    uint64_t remote_port;
};
extern struct birth birth;
void build_domain(void);
void join_dom0(void);
void hand_over(uint64_t domid);
void put_to_rest(uint64_t domid, unsigned vcpu);

/* program.c */
struct result;
void run_program(const struct program *program, struct result *result, uint8_t *data);

/* reset.c */
extern uint8_t touched[]; /* by MFN: written behind Xen's back */
void note_clean_state(void);
void reset(const struct program *program, struct result *result, uint8_t *data);

static struct frame *const frame_table = (struct frame *)FRAME_TABLE_VA;
static volatile uint64_t *const m2p = (volatile uint64_t *)M2P_VA;

/* Machine memory, through the second mapping of RAM. */
static inline void *alias(uint64_t mfn) {
    return (void *)(ALIAS_VA + (mfn << 12));
}

static inline void *alias_ma(uint64_t address) {
    return (void *)(ALIAS_VA + address);
}

/* The frame of an address inside the image. */
static inline uint64_t mfn_of(const volatile void *va) {
    return image_mfn + (((uint64_t)va - IMAGE_VA) >> 12);
}

static inline void copy(void *to, const void *from, size_t bytes) {
    for (size_t i = 0; i < bytes / 8; i++) ((volatile uint64_t *)to)[i] = ((const uint64_t *)from)[i];
}

static inline void zero(void *to, size_t bytes) {
    for (size_t i = 0; i < bytes / 8; i++) ((volatile uint64_t *)to)[i] = 0;
}

static inline void zero_page(void *page) {
    uint64_t *p = page, *end = p + ENTRIES;
    for (; p < end; p += 8) {
        p[0] = p[1] = p[2] = p[3] = p[4] = p[5] = p[6] = p[7] = 0;
        __asm__ volatile("" : : : "memory"); /* else it becomes a call of memset */
    }
}

static inline void relax(void) { __asm__ volatile("pause" : : : "memory"); }

static inline void outb(uint16_t port, uint8_t value) {
    __asm__ volatile("outb %0, %1" : : "a"(value), "Nd"(port));
}

static inline void outl(uint16_t port, uint32_t value) {
    __asm__ volatile("outl %0, %1" : : "a"(value), "Nd"(port));
}

static inline uint32_t inl(uint16_t port) {
    uint32_t value;
    __asm__ volatile("inl %1, %0" : "=a"(value) : "Nd"(port));
    return value;
}

static inline long hypercall(uint64_t nr, uint64_t a, uint64_t b, uint64_t c, uint64_t d, uint64_t e) {
    register uint64_t r10 __asm__("r10") = d;
    register uint64_t r8 __asm__("r8") = e;
    long result;
    __asm__ volatile("syscall"
                     : "=a"(result), "+D"(a), "+S"(b), "+d"(c), "+r"(r10), "+r"(r8)
                     : "0"(nr)
                     : "rcx", "r11", "memory");
    return result;
}

#define HYPERCALL(name, a, b, c, d, e)                                                                \
    hypercall(__HYPERVISOR_##name, (uint64_t)(a), (uint64_t)(b), (uint64_t)(c), (uint64_t)(d), \
              (uint64_t)(e))

static inline long memory_op(unsigned op, void *argument) {
    return HYPERCALL(memory_op, op, argument, 0, 0, 0);
}

static inline long mmu_update(struct mmu_update *updates, unsigned count, domid_t domain) {
    return HYPERCALL(mmu_update, updates, count, 0, domain, 0);
}

static inline long mmuext_op(struct mmuext_op *ops, unsigned count, domid_t domain) {
    return HYPERCALL(mmuext_op, ops, count, 0, domain, 0);
}

static inline long map_page(volatile void *va, uint64_t entry) {
    return HYPERCALL(update_va_mapping, va, entry, UVMF_INVLPG, 0, 0);
}

static inline long vcpu_op(unsigned op, unsigned vcpu, void *argument) {
    return HYPERCALL(vcpu_op, op, vcpu, argument, 0, 0);
}

static inline long event_channel_op(unsigned op, void *argument) {
    return HYPERCALL(event_channel_op, op, argument, 0, 0, 0);
}

static inline long sched_op(unsigned op, void *argument) {
    return HYPERCALL(sched_op, op, argument, 0, 0, 0);
}

#endif
