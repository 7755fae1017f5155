/* Addresses and offsets that C and assembly share. Apache-2.0. */
#ifndef SHOOTDOWN_AGENT_LAYOUT_H
#define SHOOTDOWN_AGENT_LAYOUT_H

#define IMAGE_VA 0xffffffff80000000 /* L4 slot 511, L3 slot 510 */
#define ALIAS_VA 0xffffffffc0000000 /* L3 slot 511: all RAM, see boot.c */

#define FRAME_TABLE_VA 0xfffffffffc000000 /* Xen's frame table, writable */
#define M2P_VA 0xfffffffffc200000         /* Xen's M2P, writable */

#define MAX_VCPUS 2
#define CPU_SIZE 16384       /* of a vCPU's block, see start.S */
#define CPU_USER_STACK 4096  /* small: a return address at most */
#define CPU_STACK 14336      /* top of the C stack */

/* Offsets in struct cpu. */
#define CPU_RESUME 0
#define CPU_FAULT 8
#define CPU_ERROR 16
#define CPU_RIP 24

#define USER_CS 0xe033
#define USER_SS 0xe02b
#define VECTOR_FAILSAFE 32

#endif
