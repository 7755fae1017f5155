/*
 * A cut of U4 of the real model, written from the documents (docs/hardware.md, docs/fidelity.md, the
 * facts that they cite), not from the Java: what update_va_mapping reads through the linear map while
 * tables above are edited, without XPTI, PCID and batches.
 *
 *   L4 [0] -> L3   [258] -> L4        L3 [0] -> L2 1 | 2 | none
 *   L2 1, 2 (pinned) [0] -> L1 1 | 2 | none        L1 1, 2 [0] -> page | none
 *
 * -DCPUS=3          three CPUs instead of two
 * -DL2_EDITS        also edits of the L2 entries, and L1 entries are cleared as well as set:
 *                   with two CPUs this is u4-smp-linear-deep, without it u4-smp-linear (-3cpu)
 * -DLOCAL=0         the policy leaves its own CPU out (remote-only)
 * -DREMOTE=0        the policy leaves the others out (local-only; with -DLOCAL=0: none)
 * -DUNJUDGED        no property: all states, though some are broken
 *
 * What a state is: the variables below and nothing else, as each process has one place only. Each is
 * a part of a state of Shootdown, and all other parts of that are functions of them: counts of L2 tables
 * follow from l3 and what is parked, general counts from type counts, what is cached of the other prefixes of
 * the window is constant, the flush plan is what is due. Run spin with -o2, or it hides what is only written.
 *
 * A frame is 1 or 2, 0 is none; a set of CPUs or tables is a bit mask.
 */
#ifndef CPUS
#define CPUS 2
#endif
#ifndef LOCAL
#define LOCAL 1
#endif
#ifndef REMOTE
#define REMOTE 1
#endif

#define ALL ((1 << CPUS) - 1)
#define BIT(cpu) (1 << (cpu))
#define TABLE(t) ((t) == 0 -> 0 : 1 << ((t) - 1))

/* Memory. Index t - 1 is table t. */
byte l3 = 1;                 /* L3[0] */
byte l2[2] = {1, 2};         /* L2 t [0] */
bool l1[2] = true;           /* L1 t [0] names the page, writable */

/* Type counts (facts 1.5): of L1 tables, with the page lock; of the page, as writable. */
byte l1_count[2] = 1;
byte page_count = 2;

/* The TLB clock (1.9): CPUs without a full flush since the count dropped to 0; 0 while it is in use. */
byte l1_stamp[2];
byte page_stamp;

/* H8, H10: the L2 tables that the linear L2 page of address 0 may lead to: all since the last flush. */
byte cached[CPUS] = TABLE(1);

/* Where each CPU is in its call. */
#define IDLE 0               /* in the guest, or in Xen between two calls */
#define FLUSHING 1           /* mmu_update has edited and unlocked; its flush block */
#define DROP 2               /* flushed; the parked child will be dropped (3.6) */
#define UVM_LOCK 3           /* update_va_mapping has read the L2 entry */
#define UVM_MODIFY 4         /* and has locked the L1 table */
byte stage[CPUS];
byte call[CPUS];             /* which of its calls, 0 if IDLE */
byte due[CPUS];              /* CPUs that FLUSHING has not reached yet */
byte parked[CPUS];           /* old_guest_table, an L1 or L2 table */
byte replaced[CPUS];         /* 1 + the old value of a hooked entry that the call has changed; or 0 */
byte found[CPUS];            /* the L1 table that the read has found */

/* Which call: an edit of L3, of L2 t, or an update_va_mapping. */
#define EDIT_L3(new) (1 + (new))
#define EDIT_L2(t, new) (1 + 3 * (t) + (new))
#define UVM(new) (10 + (new))
#define EDITS_L3(cpu) (call[cpu] >= 1 && call[cpu] <= 3)
#define EDITS_L2(cpu) (call[cpu] >= 4 && call[cpu] <= 9)

/* flush_lock (B.6): held from the first of the other CPUs to the last. */
#define OTHERS(cpu) (REMOTE -> ALL & ~BIT(cpu) : 0)
#define FLUSHES_OTHERS(cpu) \
    (stage[cpu] == FLUSHING && (due[cpu] & BIT(cpu)) == 0 && due[cpu] != OTHERS(cpu))

/* page_lock (1.8). The other processes wait for it; mmu_update holds one within a step only. */
#define LOCKS(cpu, t) (stage[cpu] == UVM_MODIFY && found[cpu] == t)

#if CPUS == 2
#define NEXT(cpu) (1 - (cpu))
#define NO_OTHER_FLUSHES(cpu) (!FLUSHES_OTHERS(NEXT(cpu)))
#define UNLOCKED(cpu, t) (!LOCKS(NEXT(cpu), t))
#else
#define NEXT(cpu) (((cpu) + 1) % 3)
#define LAST(cpu) (((cpu) + 2) % 3)
#define NO_OTHER_FLUSHES(cpu) (!FLUSHES_OTHERS(NEXT(cpu)) && !FLUSHES_OTHERS(LAST(cpu)))
#define UNLOCKED(cpu, t) (!LOCKS(NEXT(cpu), t) && !LOCKS(LAST(cpu), t))
#endif

inline get_page() {                  /* 1.6: the type is writable already, so there is no flush */
    page_count++;
    page_stamp = 0
}

inline put_page() {                  /* 1.7 */
    page_count--;
    if
    :: page_count == 0 -> page_stamp = ALL
    :: else
    fi
}

inline get_l1(t) {                   /* 1.6: of an L1 with count 0 the entries are validated again */
    if
    :: l1_count[t - 1] == 0 ->
        l1_stamp[t - 1] = 0;
        if
        :: l1[t - 1] -> get_page()
        :: else
        fi
    :: else
    fi;
    l1_count[t - 1]++
}

inline put_l1(t) {                   /* 1.7, 2.8: the last one drops the references of the entries */
    l1_count[t - 1]--;
    if
    :: l1_count[t - 1] == 0 ->
        if
        :: l1[t - 1] -> put_page()
        :: else
        fi;
        l1_stamp[t - 1] = ALL
    :: else
    fi
}

inline done(cpu) {
    stage[cpu] = IDLE;
    call[cpu] = 0;
    replaced[cpu] = 0
}

inline go_on(cpu) {                  /* flush first, then drop (3.6, 4.3) */
    if
    :: due[cpu] != 0 -> stage[cpu] = FLUSHING
    :: due[cpu] == 0 && parked[cpu] != 0 -> stage[cpu] = DROP
    :: else -> done(cpu)
    fi
}

/* Every successful update of an L2 or L3 entry asks for the flush, a no-op too (4.6). */
inline flush_block(cpu) {
    due[cpu] = (LOCAL -> BIT(cpu) : 0) | OTHERS(cpu);
    go_on(cpu)
}

inline cache_all() {                 /* H10: everybody may walk what is there now */
    cached[0] = cached[0] | TABLE(l3);
    cached[1] = cached[1] | TABLE(l3)
#if CPUS == 3
    ; cached[2] = cached[2] | TABLE(l3)
#endif
}

/* do_mmu_update of one request: lock, edit, ask the policy, unlock (4.4, 3.4; the L2s are pinned). */
#define MMU_UPDATE_L3(cpu, new) \
    :: d_step { stage[cpu] == IDLE -> \
        call[cpu] = EDIT_L3(new); \
        if \
        :: l3 != new -> \
            replaced[cpu] = 1 + l3; \
            parked[cpu] = l3; \
            l3 = new; \
            cache_all() \
        :: else \
        fi; \
        flush_block(cpu) }

#define MMU_UPDATE_L2(cpu, t, new) \
    :: d_step { stage[cpu] == IDLE -> \
        call[cpu] = EDIT_L2(t, new); \
        if \
        :: l2[t - 1] != new -> \
            if \
            :: new != 0 -> get_l1(new) \
            :: else \
            fi; \
            replaced[cpu] = (l3 == t -> 1 + l2[t - 1] : 0); \
            parked[cpu] = l2[t - 1]; \
            l2[t - 1] = new \
        :: else \
        fi; \
        flush_block(cpu) }

/* A full flush of one CPU: the local part first, then each target (B.4, B.6). */
#define FLUSH(cpu, target) \
    :: d_step { stage[cpu] == FLUSHING && (due[cpu] & BIT(target)) != 0 && (target == cpu \
        || ((due[cpu] & BIT(cpu)) == 0 && NO_OTHER_FLUSHES(cpu))) -> \
        cached[target] = TABLE(l3); \
        l1_stamp[0] = l1_stamp[0] & ~BIT(target); \
        l1_stamp[1] = l1_stamp[1] & ~BIT(target); \
        page_stamp = page_stamp & ~BIT(target); \
        due[cpu] = due[cpu] & ~BIT(target); \
        go_on(cpu) }

/* put_old_guest_table; the reference before the last waits for the page lock (1.7). */
#define PUT_OLD_GUEST_TABLE(cpu) \
    :: d_step { stage[cpu] == DROP && (!EDITS_L2(cpu) \
        || l1_count[parked[cpu] - 1] != 2 || UNLOCKED(cpu, parked[cpu])) -> \
        if \
        :: EDITS_L2(cpu) -> put_l1(parked[cpu]) \
        :: else \
        fi; \
        parked[cpu] = 0; \
        done(cpu) }

/* map_guest_l1e (5.1): which L2 table the linear read finds is the hardware's choice (H7, H12). */
#define READ(cpu, new, t) \
    :: d_step { stage[cpu] == IDLE && (cached[cpu] & TABLE(t)) != 0 -> \
        if \
        :: l2[t - 1] != 0 -> \
            call[cpu] = UVM(new); \
            found[cpu] = l2[t - 1]; \
            stage[cpu] = UVM_LOCK \
        :: else      /* -EINVAL */ \
        fi }

#define FAULT(cpu) \
    :: d_step { stage[cpu] == IDLE && l3 == 0 -> skip }      /* -EINVAL */

#define UPDATE_VA_MAPPING(cpu, new) READ(cpu, new, 1) READ(cpu, new, 2) FAULT(cpu)

#define LOCK(cpu) \
    :: d_step { stage[cpu] == UVM_LOCK && UNLOCKED(cpu, found[cpu]) -> \
        if \
        :: l1_count[found[cpu] - 1] != 0 -> \
            l1_count[found[cpu] - 1]++; \
            stage[cpu] = UVM_MODIFY \
        :: else ->   /* no L1 table any more: -EINVAL */ \
            found[cpu] = 0; \
            done(cpu) \
        fi }

/* mod_l1_entry (3.3) and unlock. The guest asks for no flush. */
#define MODIFY(cpu) \
    :: d_step { stage[cpu] == UVM_MODIFY -> \
        if \
        :: call[cpu] == UVM(1) && !l1[found[cpu] - 1] -> \
            get_page(); \
            l1[found[cpu] - 1] = true \
        :: call[cpu] == UVM(0) && l1[found[cpu] - 1] -> \
            l1[found[cpu] - 1] = false; \
            put_page() \
        :: else \
        fi; \
        l1_count[found[cpu] - 1]--; \
        found[cpu] = 0; \
        done(cpu) }

active [CPUS] proctype Cpu() {
    do
    MMU_UPDATE_L3(_pid, 0) MMU_UPDATE_L3(_pid, 1) MMU_UPDATE_L3(_pid, 2)
#ifdef L2_EDITS
    MMU_UPDATE_L2(_pid, 1, 0) MMU_UPDATE_L2(_pid, 1, 1) MMU_UPDATE_L2(_pid, 1, 2)
    MMU_UPDATE_L2(_pid, 2, 0) MMU_UPDATE_L2(_pid, 2, 1) MMU_UPDATE_L2(_pid, 2, 2)
    UPDATE_VA_MAPPING(_pid, 0)
#endif
    UPDATE_VA_MAPPING(_pid, 1)
    FLUSH(_pid, 0) FLUSH(_pid, 1)
#if CPUS == 3
    FLUSH(_pid, 2)
#endif
    PUT_OLD_GUEST_TABLE(_pid)
    LOCK(_pid)
    MODIFY(_pid)
    od
}

/*
 * P3: what a CPU between two calls could read is what L3[0] says, or what an unfinished call of another CPU
 * has replaced. (Its own would be finished.)
 */
#define SAYS(cpu, t) (EDITS_L3(cpu) && replaced[cpu] == 1 + t)
#if CPUS == 2
#define SAYS_SOME(t) (l3 == t || SAYS(0, t) || SAYS(1, t))
#else
#define SAYS_SOME(t) (l3 == t || SAYS(0, t) || SAYS(1, t) || SAYS(2, t))
#endif
#define STALE(cpu, t) ((cached[cpu] & TABLE(t)) != 0 && !SAYS_SOME(t))
#define READS_STALE(cpu) (stage[cpu] == IDLE && (STALE(cpu, 1) || STALE(cpu, 2)))

/* P7: with no call in progress, type counts are the references that there are. */
#define NAMES(t, x) (l2[t - 1] == x)
#define L1_MISCOUNTED(t) (l1_count[t - 1] != NAMES(1, t) + NAMES(2, t))
#define PAGE_MISCOUNTED \
    (page_count != (l1[0] && l1_count[0] != 0) + (l1[1] && l1_count[1] != 0))
#define MISCOUNTED (L1_MISCOUNTED(1) || L1_MISCOUNTED(2) || PAGE_MISCOUNTED)

#if CPUS == 2
#define BROKEN (READS_STALE(0) || READS_STALE(1) \
    || (stage[0] == IDLE && stage[1] == IDLE && MISCOUNTED))
#else
#define BROKEN (READS_STALE(0) || READS_STALE(1) || READS_STALE(2) \
    || (stage[0] == IDLE && stage[1] == IDLE && stage[2] == IDLE && MISCOUNTED))
#endif

#ifndef UNJUDGED
/* Never moves while the properties hold, so that it adds no states. */
active proctype Monitor() {
    d_step { BROKEN -> assert(false) }
}
#endif
