/*
 * The parts of the agent that cannot be C: ELF notes, entry, faults, and the guarded accesses.
 * Apache-2.0.
 *
 * Each vCPU has one block of CPU_SIZE bytes, aligned to its size: struct cpu (agent.h) at its bottom,
 * the C stack up to CPU_STACK, and the stack that Xen uses when it enters the kernel from user mode
 * up to its end. So any stack pointer, masked, finds the struct.
 */
#include "layout.h"
#include <xen/elfnote.h>

#define NOTE(type, value)                 \
    .pushsection .note.Xen, "a", @note;   \
    .balign 4;                            \
    .long 4, 2f - 1f, type;               \
    .asciz "Xen";                         \
    1: value;                             \
    2: .balign 4;                         \
    .popsection

    NOTE(XEN_ELFNOTE_GUEST_OS, .asciz "shootdown")
    NOTE(XEN_ELFNOTE_XEN_VERSION, .asciz "xen-3.0")
    NOTE(XEN_ELFNOTE_LOADER, .asciz "generic")
    NOTE(XEN_ELFNOTE_VIRT_BASE, .quad IMAGE_VA)
    NOTE(XEN_ELFNOTE_PADDR_OFFSET, .quad IMAGE_VA)
    NOTE(XEN_ELFNOTE_ENTRY, .quad _start)

    .section .text.start, "ax"
    .globl _start
_start: /* rsi: start_info in dom0, 0 in the second domain */
    cld
    lea cpus + CPU_STACK(%rip), %rsp
    mov %rsi, %rdi
    xor %ebp, %ebp
    call agent_main
    ud2

    .text

/*
 * Faults. Xen pushes rcx and r11 above what the processor would push. A fault inside a guarded
 * operation is noted in struct cpu, and ends the operation; any other is the end of the domain.
 */
.macro TRAP vector, has_error
trap_\vector:
    pop %rcx
    pop %r11
    .if \has_error == 0
    push $0
    .endif
    push $\vector
    jmp fault
.endm

    TRAP 0, 0
    TRAP 1, 0
    TRAP 2, 0
    TRAP 3, 0
    TRAP 4, 0
    TRAP 5, 0
    TRAP 6, 0
    TRAP 7, 0
    TRAP 8, 1
    TRAP 10, 1
    TRAP 11, 1
    TRAP 12, 1
    TRAP 13, 1
    TRAP 14, 1
    TRAP 16, 0
    TRAP 17, 1
    TRAP 18, 0
    TRAP 19, 0

    .globl failsafe_callback
failsafe_callback: /* a selector could not be restored: rcx, r11, ds, es, fs, gs, then the frame */
    add $48, %rsp
    push $0
    push $VECTOR_FAILSAFE
    jmp fault

    .globl event_callback
event_callback: /* events stay masked for ever */
    ud2

fault: /* vector, error code, rip, cs, rflags, rsp, ss */
    mov %rsp, %rcx
    and $-CPU_SIZE, %rcx
    pop %rax
    inc %rax
    mov %rax, CPU_FAULT(%rcx)
    pop %rax
    mov %rax, CPU_ERROR(%rcx)
    mov (%rsp), %rax
    mov %rax, CPU_RIP(%rcx)
    xor %eax, %eax
    jmp resume

    .globl syscall_callback
syscall_callback: /* a user mode operation is over, rax is its result */
    mov %rsp, %rcx
    and $-CPU_SIZE, %rcx
resume:
    mov CPU_RESUME(%rcx), %rsp
    test %rsp, %rsp
    jnz resumed
    lea CPU_STACK(%rcx), %rsp
    mov %rcx, %rdi
    call unexpected_fault
    ud2

/*
 * uint64_t guarded(struct cpu *, operation, a, b, c): runs an operation in kernel mode.
 * uint64_t guarded_user(struct cpu *, operation, a, b, c): the same in user mode.
 * An operation finds a, b, c in rdi, rsi, rdx, leaves its result in rax, and ends with a jump to r9.
 */
.macro ENTER_GUARD
    push %rbx
    push %rbp
    push %r12
    push %r13
    push %r14
    push %r15
    mov %rsp, CPU_RESUME(%rdi)
    movq $0, CPU_FAULT(%rdi)
    mov %rdi, %rbx
    mov %rsi, %r10
    mov %rdx, %rdi
    mov %rcx, %rsi
    mov %r8, %rdx
.endm

    .globl guarded
guarded:
    ENTER_GUARD
    lea resumed(%rip), %r9
    jmp *%r10
resumed:
    mov %rsp, %rcx
    and $-CPU_SIZE, %rcx
    movq $0, CPU_RESUME(%rcx)
    pop %r15
    pop %r14
    pop %r13
    pop %r12
    pop %rbp
    pop %rbx
    ret

    .globl guarded_user
guarded_user:
    ENTER_GUARD
    lea user_done(%rip), %r9
    lea user_entry(%rip), %rcx
    lea CPU_USER_STACK(%rbx), %r8
    push $USER_SS
    push %r8
    push $2 /* rflags: without IF events stay masked */
    push $USER_CS
    push %rcx
    push $0 /* flags */
    push $0 /* rcx */
    push $0 /* r11 */
    push $0 /* rax */
    mov $23, %eax /* iret */
    syscall
    ud2

    .globl user_entry
user_entry:
    jmp *%r10
user_done:
    syscall

.macro OPERATION name, first, second, third
    .globl \name
\name:
    \first
    \second
    \third
    jmp *%r9
.endm

    OPERATION op_read_1, "movzbl (%rdi), %eax"
    OPERATION op_read_2, "movzwl (%rdi), %eax"
    OPERATION op_read_4, "movl (%rdi), %eax"
    OPERATION op_read_8, "movq (%rdi), %rax"
    OPERATION op_write_1, "movb %sil, (%rdi)", "xor %eax, %eax"
    OPERATION op_write_2, "movw %si, (%rdi)", "xor %eax, %eax"
    OPERATION op_write_4, "movl %esi, (%rdi)", "xor %eax, %eax"
    OPERATION op_write_8, "movq %rsi, (%rdi)", "xor %eax, %eax"
    OPERATION op_cmpxchg_1, "movzbl %sil, %eax", "lock cmpxchgb %dl, (%rdi)"
    OPERATION op_cmpxchg_2, "movzwl %si, %eax", "lock cmpxchgw %dx, (%rdi)"
    OPERATION op_cmpxchg_4, "movl %esi, %eax", "lock cmpxchgl %edx, (%rdi)"
    OPERATION op_cmpxchg_8, "movq %rsi, %rax", "lock cmpxchgq %rdx, (%rdi)"
    OPERATION op_execute, "movabs $0x5a5a000000000000, %rax", "call *%rdi", "xor %eax, %eax"
    OPERATION op_load_fs, "mov %edi, %fs", "xor %eax, %eax", "mov %eax, %fs"
    OPERATION op_load_gs, "mov %edi, %gs", "xor %eax, %eax", "mov %eax, %gs"
    OPERATION op_read_cr3, "mov %cr3, %rax"
    OPERATION op_write_cr3, "mov %rdi, %cr3", "xor %eax, %eax"
    OPERATION op_invlpg, "invlpg (%rdi)", "xor %eax, %eax"

    .section .rodata
    .balign 8
    .globl trap_entries
trap_entries: /* vector, address; ends with address 0 */
    .irp vector, 0, 1, 2, 3, 4, 5, 6, 7, 8, 10, 11, 12, 13, 14, 16, 17, 18, 19
    .quad \vector, trap_\vector
    .endr
    .quad 0, 0

    .globl shared_info
    .comm shared_info, 4096, 4096 /* a page of its own: its mapping is replaced */

    .section .note.GNU-stack, "", @progbits
