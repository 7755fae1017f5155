/*
 * What the agent and its host say to each other. Apache-2.0.
 *
 * The host maps the file that is the machine's RAM; the agent runs inside that machine. Each domain
 * that runs an agent has one mailbox: MAILBOX_SIZE bytes of contiguous machine memory, page aligned.
 * All numbers are little-endian and naturally aligned, all offsets are fixed; a file offset is a
 * machine address.
 *
 *   1. Dom0's agent writes 9 bytes to the debug console (port 0xe9): 'S' and its mailbox's MFN as a
 *      64-bit number. The second domain's mailbox is found through header.foreign_mailbox_mfn.
 *   2. The host waits until header.state is STATE_READY, and from then on bumps header.heartbeat
 *      (any change will do) more often than every HEARTBEAT_SECONDS; else the agent ends the machine
 *      through isa-debug-exit (port 0x501).
 *   3. Program n (from 0) goes into slot n % SLOTS: the host fills `program` and `data`, then stores
 *      n + 1 to header.submitted (release). The agent runs it, fills `result`, then stores n + 1 to
 *      header.completed. The host may be at most SLOTS programs ahead.
 *   4. A program that hangs or crashes its domain is number header.completed, and
 *      header.current_step tells its step.
 *   5. header.active of *dom0's* mailbox chooses the domain that runs: dom0's agent hands the
 *      processors over, and waits blocked, when it is the other domain's number; each agent looks at it
 *      only between programs. header.running (also of dom0's mailbox) tells who runs now.
 *
 * The agent knows no rule of Xen: frames are MFNs, addresses are raw, arguments go to Xen as they are.
 * Memory that hypercalls read or write (requests, operations, call lists, done words) lies in the
 * slot's data area, which the host fills and reads itself: nothing is copied. The data area of slot s
 * is seen by the guest at header.mailbox_va + SLOT_OFFSET(s) + SLOT_DATA, in L4 slot 511: each L4 that
 * a program loads needs there an entry to header.boot_l3_mfn (flags 0x67).
 */
#ifndef SHOOTDOWN_AGENT_PROTOCOL_H
#define SHOOTDOWN_AGENT_PROTOCOL_H

#include <stdint.h>

#define MAILBOX_MAGIC 0x4e574f44544f4853ULL /* "SHOTDOWN" */
#define PROTOCOL_VERSION 1
#define HEARTBEAT_SECONDS 5

#define SLOTS 16
#define SLOT_SIZE 0x40000
#define SLOT_OFFSET(s) (0x10000 + (s) * SLOT_SIZE)
#define MAILBOX_SIZE SLOT_OFFSET(SLOTS) /* 0x410000 */

/* Offsets in a slot. */
#define SLOT_PROGRAM 0x00000 /* struct program, 64 KiB, host to agent */
#define SLOT_RESULT 0x10000  /* struct result, 128 KiB, agent to host */
#define SLOT_DATA 0x30000    /* 64 KiB of guest memory, see above */
#define DATA_SIZE 0x10000

#define POOL_FRAMES 64  /* frames a domain gives to programs */
#define MAX_FRAMES 128  /* frames in play in one program */
#define MAX_SLOTS 16    /* table slots watched in each frame in play */
#define MAX_WRITES 1976 /* initial memory */
#define MAX_STEPS 512
#define MAX_CHANGES 6912

enum state {
    STATE_BOOTING = 0,
    STATE_READY = 1,
    STATE_FAILED = 2 /* header.error and error_text say why */
};

struct header {
    /* 0x000 */ uint64_t magic;
    /* 0x008 */ uint64_t version; /* PROTOCOL_VERSION */
    /* 0x010 */ uint64_t state;   /* enum state */
    /* 0x018 */ uint64_t error;   /* what Xen answered to the step of the boot that failed */
    /* 0x020 */ char error_text[96]; /* also the last words of an agent that crashes */

    /* 0x080: written by the host */
    /* 0x080 */ uint64_t submitted;
    /* 0x088 */ uint64_t heartbeat;
    /* 0x090 */ uint64_t active; /* dom0's mailbox: number of the domain that shall run */
    /* 0x098 */ uint64_t reserved_host[5];

    /* 0x0c0: written by the agent */
    /* 0x0c0 */ uint64_t completed;
    /* 0x0c8 */ uint64_t current_step;
    /* 0x0d0 */ uint64_t running; /* dom0's mailbox: the domain that runs programs now */
    /* 0x0d8 */ uint64_t foreign_died; /* dom0's mailbox: the second domain crashed; restore the snapshot */
    /* 0x0e0 */ uint64_t reserved_agent[4];

    /* 0x100: the domain; constant from here on once the state is READY */
    /* 0x100 */ uint64_t domid;
    /* 0x108 */ uint64_t vcpus;
    /* 0x110 */ uint64_t xen_version; /* major << 16 | minor */
    /* 0x118 */ uint64_t privileged;  /* 1 in dom0 */
    /* 0x120 */ uint64_t mailbox_mfn;
    /* 0x128 */ uint64_t mailbox_va;
    /* 0x130 */ uint64_t boot_l4_mfn; /* the kernel base between programs, pinned */
    /* 0x138 */ uint64_t boot_l3_mfn; /* below L4 slot 511: image, mailbox, alias */
    /* 0x140 */ uint64_t boot_l2_mfn; /* below L3 slot 510: image, mailbox */
    /* 0x148 */ uint64_t boot_l1_mfn; /* below L2 slot 0: the image's code */
    /* 0x150 */ uint64_t shared_info_mfn;
    /* 0x158 */ uint64_t grant_mfn;   /* first frame of the grant table, 512 version 1 entries */
    /* 0x160 */ uint64_t user_va;     /* first address executed by ACCESS in user mode */
    /* 0x168 */ uint64_t readonly_va; /* a page of the agent that is mapped read-only (its code) */
    /* 0x170 */ uint64_t owner;       /* what the owner half of WORD_OWNER holds for this domain */

    /* the machine */
    /* 0x178 */ uint64_t frame_table_va; /* where the agent sees the page state of MFN 0, 32 bytes a frame */
    /* 0x180 */ uint64_t m2p_va;         /* where the agent sees the M2P entry of MFN 0, 8 bytes a frame */
    /* 0x188 */ uint64_t max_page;       /* first MFN that is not valid */
    /* 0x190 */ uint64_t xen_mfn;        /* a frame of Xen itself */
    /* 0x198 */ uint64_t mmio_mfn;       /* dom_io's, dom0 may map it */
    /* 0x1a0 */ uint64_t denied_mfn;     /* MMIO (local APIC) that nobody may map */
    /* 0x1a8 */ uint64_t owner_io;       /* owner half of WORD_OWNER for dom_io */

    /* the other domain that runs an agent, foreign_domid 0x7ff4 if there is none */
    /* 0x1b0 */ uint64_t foreign_domid;
    /* 0x1b8 */ uint64_t foreign_mailbox_mfn;
    /* 0x1c0 */ uint64_t foreign_owner;
    /* 0x1c8 */ uint64_t reserved_info[71];

    /* 0x400 */ uint64_t pool[POOL_FRAMES];         /* MFNs: unmapped, one reference, type none, zero */
    /* 0x600 */ uint64_t foreign_pool[POOL_FRAMES]; /* the other domain's pool */
};

/*
 * A program at SLOT_PROGRAM. It starts with the boot base loaded on every vCPU, no user base, no LDT,
 * no GDT, assists off, grant entries 0, pool frames as said above, TLBs empty. First `writes` are
 * made, behind Xen's back, then the steps run in order. A program that may change the boot L2 or a
 * boot L1 (by its MFN, or by an address in L4 slot 511) must name that frame among those in play: else
 * the reset does not look at it.
 */
struct write {
    uint64_t address; /* machine address, 8-byte aligned: a pool frame, or the grant table */
    uint64_t value;
};

struct step {
    uint8_t kind;  /* enum kind */
    uint8_t vcpu;
    uint8_t flags; /* STEP_... */
    uint8_t size;  /* bytes accessed: 1, 2, 4 or 8 (0 means 8) */
    uint32_t nr;   /* hypercall number, or enum access, or 0 for %fs and 1 for %gs */
    uint64_t args[7];
};

struct program {
    /* 0x00 */ uint32_t nframes, nslots, nwrites, nsteps;
    /* 0x10 */ uint32_t flags; /* PROGRAM_... */
    /*
     * A contiguous array of struct gnttab_map_grant_ref in the data area, which the program's
     * grant maps use; the host presets their status to 1. Those found with status 0 are unmapped by
     * the reset, if the program did not do so.
     */
    /* 0x14 */ uint32_t map_ops; /* offset in the data area */
    /* 0x18 */ uint32_t nmap_ops;
    /* 0x1c */ uint32_t reserved0;
    /* 0x20 */ uint16_t slots[MAX_SLOTS]; /* watched slots, 0..511 */
    /* 0x40 */ uint64_t reserved1[8];
    /* 0x80 */ uint64_t frames[MAX_FRAMES]; /* MFNs in play */
    /* 0x480 */ struct write writes[MAX_WRITES];
    /* 0x8000 */ struct step steps[MAX_STEPS];
};

#define PROGRAM_M2P 1 /* record WORD_M2P */

#define STEP_RECORD 1 /* record the page state after this step */
#define STEP_USER 2   /* ACCESS in guest user mode (the user base must be set, or the domain crashes) */

enum kind {
    KIND_NONE = 0,      /* just the record */
    KIND_HYPERCALL = 1, /* nr, args[0..4]; value: RAX */
    KIND_ACCESS = 2,    /* nr: enum access; args[0]: va; see there */
    KIND_SEGMENT = 3,   /* load selector args[0] into %fs (nr 0) or %gs (nr 1), then 0 */
    KIND_POKE = 4,      /* args[0]: machine address, args[1]: value, behind Xen's back */
    KIND_PEEK = 5,      /* args[0]: machine address; value: what is there */
    KIND_COPY = 6,      /* `size` bytes of the data area, to offset args[0] from offset args[1] */
    KIND_READ_CR3 = 7,  /* value: what Xen says CR3 is */
    KIND_WRITE_CR3 = 8, /* args[0] */
    KIND_INVLPG = 9     /* args[0]: va */
};

enum access {
    ACCESS_READ = 0,    /* value: what was read, zero-extended */
    ACCESS_WRITE = 1,   /* args[1]: value */
    ACCESS_EXECUTE = 2, /* call va; the host puts code there, `ret` say. RAX is not canonical, so that
                           a page of zeroes executes as a #GP, which tells that it could be fetched */
    ACCESS_CMPXCHG = 3  /* args[1]: expected, args[2]: new; value: what was found */
};

/* One changed word of the page state; `frame` is an index into program.frames. */
struct change {
    uint16_t frame;
    uint16_t word; /* enum word */
    uint32_t reserved;
    uint64_t value;
};

enum word {
    WORD_COUNT = 0, /* count_info */
    WORD_TYPE = 1,  /* type_info */
    WORD_OWNER = 2, /* low half: owner, 0 for none; high half: the third word, 0 unless it is a
                       page table in use (type count above 0), as it holds a time stamp otherwise */
    WORD_M2P = 3,   /* only with PROGRAM_M2P */
    WORD_SLOT = 4   /* + index into program.slots: the entry */
};

struct step_result {
    /* 0x00 */ uint64_t value;   /* see enum kind; 0 if there was a fault */
    /* 0x08 */ uint64_t address; /* of a page fault: CR2, else 0 */
    /* 0x10 */ uint64_t rip;     /* where the fault was, 0 if there was none */
    /* 0x18 */ uint32_t error_code;
    /* 0x1c */ uint8_t fault;    /* vector + 1, or 0 */
    /* 0x1d */ uint8_t done;     /* 1 */
    /* 0x1e */ uint16_t nchanges; /* changes since the record before; the changes of all records follow
                                     one another in result.changes */
};

/*
 * A result at SLOT_RESULT. The start record is taken after `writes`: its changes (against all words
 * zero) are the first start_changes of result.changes.
 */
struct result {
    /* 0x00 */ uint32_t status; /* STATUS_... */
    /* 0x04 */ uint32_t steps_done;
    /* 0x08 */ uint32_t start_changes;
    /* 0x0c */ uint32_t nchanges;    /* of all records */
    /* 0x10 */ uint64_t dirty_mfn;   /* the first frame that the reset could not put right */
    /* 0x18 */ uint64_t dirty_count; /* its count_info ... */
    /* 0x20 */ uint64_t dirty_type;  /* ... and type_info, as found */
    /* 0x28 */ uint64_t run_ns, reset_ns; /* measured, no part of the answer */
    /* 0x38 */ uint64_t reserved[9];
    /* 0x80 */ struct step_result steps[MAX_STEPS];
    /* 0x4080 */ uint64_t reserved1[0x1f0];
    /* 0x5000 */ struct change changes[MAX_CHANGES];
};

#define STATUS_DIRTY 1     /* restore the snapshot before the next program */
#define STATUS_TRUNCATED 2 /* more than MAX_CHANGES: the records are not complete */
#define STATUS_MALFORMED 4 /* a limit was exceeded, nothing was run */
#define STATUS_LOST 8      /* a frame had a few references that nothing held; they were taken away */

#endif
