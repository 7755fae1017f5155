// The workloads that `shootdown capture` brings along: each does one thing that costs Xen's MMU
// something, over and over, for a second or so under emulation. Apache-2.0.

#define _GNU_SOURCE
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#define PAGE 4096ul
#define MIB (1ul << 20)
#define GIB (1ul << 30)

static void check(int ok, const char *what)
{
    if (!ok) {
        perror(what);
        exit(1);
    }
}

static char *map_at(unsigned long address, size_t size)
{
    int fixed = address ? MAP_FIXED_NOREPLACE : 0;
    char *p = mmap((void *)address, size, PROT_READ | PROT_WRITE,
                   MAP_PRIVATE | MAP_ANONYMOUS | fixed, -1, 0);
    check(p != MAP_FAILED, "mmap");
    return p;
}

static char *map(size_t size)
{
    return map_at(0, size);
}

static void unmap(char *p, size_t size)
{
    check(munmap(p, size) == 0, "munmap");
}

static void touch(char *p, size_t size, size_t stride)
{
    for (size_t i = 0; i < size; i += stride)
        p[i]++;
}

static void stay_on(int cpu)
{
    cpu_set_t set;
    CPU_ZERO(&set);
    CPU_SET(cpu, &set);
    check(sched_setaffinity(0, sizeof set, &set) == 0, "sched_setaffinity");
}

static void join_children(void)
{
    int status;
    while (wait(&status) > 0)
        check(WIFEXITED(status) && WEXITSTATUS(status) == 0, "child");
}

// Two threads, one on each CPU, run the same function with their number.
static void on_both_cpus(void *(*body)(void *))
{
    pthread_t thread[2];
    for (long i = 0; i < 2; i++)
        check(pthread_create(&thread[i], NULL, body, (void *)i) == 0, "pthread_create");
    for (int i = 0; i < 2; i++)
        pthread_join(thread[i], NULL);
}

// fork: a process of 2 MiB forks; the child writes to half of what it shares.
static void fork_and_copy(void)
{
    char *p = map(2 * MIB);
    touch(p, 2 * MIB, PAGE);
    for (int i = 0; i < 60; i++) {
        pid_t child = fork();
        check(child >= 0, "fork");
        if (child == 0) {
            touch(p, 2 * MIB, 2 * PAGE);
            _exit(0);
        }
        join_children();
    }
}

// churn: lone pages far apart, so that tables of every level come and go, while a thread of the
// same process computes on the other CPU.
static volatile int churning = 1;

static void *churn_on_one(void *number)
{
    stay_on((int)(long)number);
    if (number) {
        while (churning)
            ;
        return NULL;
    }
    for (int i = 0; i < 150; i++) {
        char *lone = map_at(0x10000000000ul + (i % 8) * 512 * GIB, PAGE);
        char *near = map_at(0x200000000ul + (i % 5) * 2 * GIB, 4 * PAGE);
        touch(lone, PAGE, PAGE);
        touch(near, 4 * PAGE, PAGE);
        unmap(lone, PAGE);
        unmap(near, 4 * PAGE);
    }
    churning = 0;
    return NULL;
}

static void churn(void)
{
    on_both_cpus(churn_on_one);
}

// mt: two threads of one process map, write, protect and unmap at the same time.
static void *map_and_protect(void *number)
{
    stay_on((int)(long)number);
    for (int i = 0; i < 40; i++) {
        char *p = map(32 * PAGE);
        touch(p, 32 * PAGE, PAGE);
        check(mprotect(p, 16 * PAGE, PROT_READ) == 0, "mprotect");
        unmap(p, 32 * PAGE);
    }
    return NULL;
}

static void mt(void)
{
    on_both_cpus(map_and_protect);
}

// exec: a short-lived program, started anew each time.
static void exec_again(void)
{
    for (int i = 0; i < 60; i++) {
        pid_t child = vfork();
        check(child >= 0, "vfork");
        if (child == 0) {
            execl("/proc/self/exe", "workloads", "nothing", NULL);
            _exit(1);
        }
        join_children();
    }
}

// mmap: regions of many sizes, some populated at once, some grown, some moved.
static void map_and_unmap(void)
{
    for (int i = 0; i < 60; i++) {
        size_t size = (1 + i % 7) * 64 * PAGE;
        char *p = map(size);
        touch(p, size, (1 + i % 3) * PAGE);
        p = mremap(p, size, 2 * size, MREMAP_MAYMOVE);
        check(p != MAP_FAILED, "mremap");
        unmap(p, 2 * size);
        p = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1,
                 0);
        check(p != MAP_FAILED, "mmap");
        unmap(p, size);
    }
}

// mprotect: 2 MiB in use, made read-only and writable again, whole and in parts.
static void protect(void)
{
    char *p = map(2 * MIB);
    touch(p, 2 * MIB, PAGE);
    for (int i = 0; i < 30; i++) {
        size_t size = MIB >> (i % 6);
        check(mprotect(p, size, PROT_READ) == 0, "mprotect");
        check(mprotect(p, size, PROT_READ | PROT_WRITE) == 0, "mprotect");
        touch(p, size, PAGE);
    }
}

// threads: many short-lived ones, each with a stack of its own.
static void *use_the_stack(void *number)
{
    char room[16 * PAGE];
    memset(room, (int)(long)number, sizeof room);
    return (void *)(long)room[sizeof room / 2];
}

static void threads(void)
{
    for (int i = 0; i < 100; i++)
        on_both_cpus(use_the_stack);
}

// signal: a collector's write barrier. Pages are read-only until a write faults; the handler notes
// the page and lets the write go on.
static char *heap;
static volatile int barriers;

static void on_fault(int signal, siginfo_t *info, void *context)
{
    char *page = (char *)((unsigned long)info->si_addr & ~(PAGE - 1));
    (void)signal, (void)context;
    barriers++;
    if (mprotect(page, PAGE, PROT_READ | PROT_WRITE) != 0)
        _exit(1);
}

static void write_barrier(void)
{
    struct sigaction action = {.sa_sigaction = on_fault, .sa_flags = SA_SIGINFO};
    check(sigaction(SIGSEGV, &action, NULL) == 0, "sigaction");
    heap = map(64 * PAGE);
    touch(heap, 64 * PAGE, PAGE);
    for (int i = 0; i < 10; i++) {
        check(mprotect(heap, 64 * PAGE, PROT_READ) == 0, "mprotect");
        touch(heap, 64 * PAGE, 2 * PAGE);
    }
    check(barriers == 10 * 32, "barriers");
}

// pipe: two processes hand a byte back and forth on one CPU, so each turn loads another base.
static void ping_pong(void)
{
    int there[2], back[2];
    char byte = 0;
    check(pipe(there) == 0 && pipe(back) == 0, "pipe");
    stay_on(0);
    pid_t child = fork();
    check(child >= 0, "fork");
    for (int i = 0; i < 300; i++) {
        if (child == 0) {
            check(read(there[0], &byte, 1) == 1 && write(back[1], &byte, 1) == 1, "child's turn");
        } else {
            check(write(there[1], &byte, 1) == 1 && read(back[0], &byte, 1) == 1, "turn");
        }
    }
    if (child == 0)
        _exit(0);
    join_children();
}

// filecopy: a file is written, then copied by way of two shared mappings.
static void copy_file(void)
{
    const size_t size = 2 * MIB;
    static char block[64 * PAGE];
    for (int i = 0; i < 3; i++) {
        FILE *from = fopen("/tmp/from", "w+"), *to = fopen("/tmp/to", "w+");
        check(from && to, "fopen");
        for (size_t n = 0; n < size; n += sizeof block)
            check(write(fileno(from), block, sizeof block) == sizeof block, "write");
        check(ftruncate(fileno(to), size) == 0, "ftruncate");
        char *a = mmap(NULL, size, PROT_READ, MAP_SHARED, fileno(from), 0);
        char *b = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, fileno(to), 0);
        check(a != MAP_FAILED && b != MAP_FAILED, "mmap");
        memcpy(b, a, size);
        unmap(a, size);
        unmap(b, size);
        fclose(from);
        fclose(to);
    }
}

// heap: what a compiler does to memory: allocates 4 MiB in small pieces, writes, and ends.
static void fill_the_heap(void)
{
    for (int i = 0; i < 1024; i++)
        memset(malloc(PAGE), i, PAGE);
}

static void nothing(void)
{
}

static const struct {
    const char *name;
    void (*run)(void);
} WORKLOADS[] = {
    {"fork", fork_and_copy}, {"churn", churn},         {"mt", mt},
    {"exec", exec_again},    {"mmap", map_and_unmap},  {"mprotect", protect},
    {"threads", threads},    {"signal", write_barrier}, {"pipe", ping_pong},
    {"filecopy", copy_file}, {"heap", fill_the_heap},  {"nothing", nothing},
};

int main(int count, char **words)
{
    for (size_t i = 0; count == 2 && i < sizeof WORKLOADS / sizeof *WORKLOADS; i++) {
        if (strcmp(words[1], WORKLOADS[i].name) == 0) {
            WORKLOADS[i].run();
            return 0;
        }
    }
    fprintf(stderr, "workloads: no such workload\n");
    return 2;
}
