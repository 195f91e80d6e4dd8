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
    int status;     /* field 52: of a zombie its wait status; 0 also when not ours to see */
    uint64_t stack; /* field 28: where its stack begins; changes with an exec */
};

/* -1: there is no such process (any more). */
int proc_stat(pid_t pid, struct proc_stat *st);

enum { PROC_NAME = 16 };

/* What it calls itself, without anything that a terminal could take amiss; returns name.
   "?": it is gone. */
const char *proc_name(pid_t pid, char name[PROC_NAME]);

/* The user it acts as; -1: it is gone.  Whoever has changed that since it began belongs to
   root as far as /proc goes, and only root sees its descriptors. */
int64_t proc_user(pid_t pid, bool *has_changed);

/* The process whose thread it is; a process is its own first thread.  0: it is gone. */
pid_t proc_of_thread(pid_t tid);

/* The program file it runs; path without " (deleted)".  -1: gone, or not ours to see. */
int proc_exe(pid_t pid, char path[4096], uint64_t *dev, uint64_t *ino);

/* Does an exec put its stack elsewhere?  Not where address space randomization is
   off, for it or for all; false too when that is not to be known. */
bool proc_moves_its_stack(pid_t pid);

/* When a process began whose `start` this is: CLOCK_MONOTONIC, ns, never too late, and
   too early by less than a tick. */
int64_t proc_began(int64_t start);
int64_t proc_tick(void); /* ns */

/* ns it has spent runnable but waiting for a CPU; -1: not known. */
int64_t proc_run_delay(pid_t pid);

/* How many descriptors it has open; -1 with errno. */
int64_t proc_descriptors(pid_t pid);

/* Calls found with each descriptor and what it stands for, "socket:[4711]", until it returns
   false.  -1 with errno: gone, or not ours to see. */
typedef bool proc_descriptor_fn(void *arg, int number, const char *link);
int proc_each_descriptor(pid_t pid, proc_descriptor_fn *found, void *arg);

/* The socket's inode, of such a link or behind a descriptor; 0: it is none. */
uint64_t proc_socket(const char *link);
uint64_t proc_socket_at(pid_t pid, int number);

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

/* The wait status of a process that has ended and is no child of ours; -1: not known (before
   Linux 6.15, or nobody has reaped it and it is not ours to see). */
int proc_status(pid_t pid, int64_t start, int pidfd);

/* 0, or -1 with errno. */
int proc_signal(int pidfd, int signal);

#endif
