/* What does /proc say of a process? */
#ifndef HUPPROOF_PROC_H
#define HUPPROOF_PROC_H

#include "core/base.h"

#include <sys/types.h>

struct proc_stat {
    pid_t parent;
    char state;     /* R, S, D, Z ... */
    bool exiting;   /* of field 9: its first thread is on its way out */
    int64_t start;  /* field 22: clock ticks since boot; with the pid names one process */
    uint64_t stack; /* field 28: where its stack begins; changes with an exec */
};

/* -1: there is no such process (any more). */
int proc_stat(pid_t pid, struct proc_stat *st);

/* The program file it runs; path without " (deleted)".  -1: gone, or not ours to see. */
int proc_exe(pid_t pid, char path[4096], uint64_t *dev, uint64_t *ino);

/* Does an exec put its stack elsewhere?  Not where address space randomization is
   off, for it or for all; false too when that is not to be known. */
bool proc_moves_its_stack(pid_t pid);

/* ns it has spent runnable but waiting for a CPU; -1: not known. */
int64_t proc_run_delay(pid_t pid);

/* How many descriptors it has open; -1 with errno. */
int64_t proc_descriptors(pid_t pid);

/* Bytes of resident memory that are neither a file's nor shared; 0: it is about to
   be gone; -1 with errno. */
int64_t proc_memory(pid_t pid);

/* Calls found for every child of pid, whichever of its threads forked it. */
void proc_children(pid_t pid, void (*found)(void *arg, pid_t child), void *arg);

/* Calls found for every process of the machine. */
void proc_all(void (*found)(void *arg, pid_t pid), void *arg);

/* A pidfd for exactly the process (pid, start); -1 when that one is gone.
   start 0: whoever has the pid. */
int proc_open(pid_t pid, int64_t start);

/* 0, or -1 with errno. */
int proc_signal(int pidfd, int signal);

#endif
