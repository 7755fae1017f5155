/*
 * SD, a small shoot-down protocol: the same model as SdModel.java, for Spin.
 *
 * Generate with -DNF=<frames> -DCAP=<TLB entries>, and with -DBUG for the seeded bug. Every action is
 * one indivisible step of one process, so that Spin's states are those of the model. va = 2 * root
 * entry + leaf index; leaf entry = 2 * table + index.
 */
#ifndef NF
#define NF 2
#endif
#ifndef CAP
#define CAP 1
#endif

#define IDLE 0
#define WITH_NONE 1
#define WITH_FRAME 2 /* and up: waits with frame phase - 2 */

byte root[2];      /* 0, or leaf table 1 or 2 */
byte leaf[4];      /* 0, or frame + 1 */
bool isFree[NF] = true;
byte phase[2];
bool need[2];
byte tlb0[4];      /* for each va: 0, or frame + 1 */
byte tlb1[4];

#define ALL_IDLE (phase[0] == IDLE && phase[1] == IDLE)
#define ENTRIES(t) ((t[0] != 0) + (t[1] != 0) + (t[2] != 0) + (t[3] != 0))
#define NAMED(f) (leaf[0] == f + 1 || leaf[1] == f + 1 || leaf[2] == f + 1 || leaf[3] == f + 1)

#ifdef BUG
#define FLUSHED(c) (!need[c])
#else
#define FLUSHED(c) (!need[0] && !need[1])
#endif

#define MAP(e, f) :: d_step { ALL_IDLE && leaf[e] == 0 -> leaf[e] = f + 1; isFree[f] = false }

#if NF == 2
#define MAPS(e) MAP(e, 0) MAP(e, 1)
#else
#define MAPS(e) MAP(e, 0) MAP(e, 1) MAP(e, 2)
#endif

#define UNMAP(c, e) \
    :: d_step { ALL_IDLE && leaf[e] != 0 -> \
        phase[c] = leaf[e] + (WITH_FRAME - 1); leaf[e] = 0; need[0] = true; need[1] = true }

#define LINK(i, t) :: d_step { ALL_IDLE && root[i] == 0 -> root[i] = t }

#define UNLINK(c, i) \
    :: d_step { ALL_IDLE && root[i] != 0 -> \
        phase[c] = WITH_NONE; root[i] = 0; need[0] = true; need[1] = true }

#define FILL(t, i, j) \
    :: d_step { ENTRIES(t) < CAP && t[2 * i + j] == 0 && root[i] != 0 \
        && leaf[2 * (root[i] - 1) + j] != 0 -> \
        t[2 * i + j] = leaf[2 * (root[i] - 1) + j] }

#define EVICT(t, va) :: d_step { t[va] != 0 -> t[va] = 0 }

#define CPU(c, t) \
    do \
    MAPS(0) MAPS(1) MAPS(2) MAPS(3) \
    UNMAP(c, 0) UNMAP(c, 1) UNMAP(c, 2) UNMAP(c, 3) \
    LINK(0, 1) LINK(0, 2) LINK(1, 1) LINK(1, 2) \
    UNLINK(c, 0) UNLINK(c, 1) \
    :: d_step { need[c] -> \
        t[0] = 0; t[1] = 0; t[2] = 0; t[3] = 0; need[c] = false } \
    :: d_step { phase[c] != IDLE && FLUSHED(c) -> \
        if \
        :: phase[c] >= WITH_FRAME && !NAMED(phase[c] - WITH_FRAME) -> \
            isFree[phase[c] - WITH_FRAME] = true \
        :: else \
        fi; \
        phase[c] = IDLE } \
    FILL(t, 0, 0) FILL(t, 0, 1) FILL(t, 1, 0) FILL(t, 1, 1) \
    EVICT(t, 0) EVICT(t, 1) EVICT(t, 2) EVICT(t, 3) \
    od

#define STALE(t, va) (t[va] != 0 && isFree[t[va] - 1])

#define BROKEN \
    (STALE(tlb0, 0) || STALE(tlb0, 1) || STALE(tlb0, 2) || STALE(tlb0, 3) || \
     STALE(tlb1, 0) || STALE(tlb1, 1) || STALE(tlb1, 2) || STALE(tlb1, 3))

active proctype Cpu0() { CPU(0, tlb0) }

active proctype Cpu1() { CPU(1, tlb1) }

/* Never moves while the invariant holds, so that it adds no states. */
active proctype Monitor() {
    d_step { BROKEN -> assert(false) }
}
