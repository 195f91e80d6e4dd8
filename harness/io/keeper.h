/* Who stops the server when hupproof itself is killed?  A small process that
   waits for hupproof to end, then kills what hupproof started.

   How far it reaches: every process it was told of; whatever descends from
   those; whatever still carries the run's mark in its environment.  What
   escapes is a process that was born unseen in the last moments, whose parents
   are gone, and that wiped its environment; and everything, if somebody kills
   the keeper first. */
#ifndef HUPPROOF_KEEPER_H
#define HUPPROOF_KEEPER_H

#include "core/base.h"

#include <sys/types.h>

#define KEEPER_MARK "HUPPROOF_RUN" /* the environment variable that marks what we started */

struct keeper {
    pid_t pid;
    int pipe;      /* ours; its end tells the keeper that we are gone */
    char mark[64]; /* "HUPPROOF_RUN=..." */
};

/* Call before there is a loop, threads or children. */
int keeper_start(struct keeper *k, struct err *err);

/* This process is to be killed if hupproof dies. */
void keeper_tell(struct keeper *k, pid_t pid, int64_t start);

/* All is stopped, there is nothing to keep; waits for the keeper to end. */
void keeper_stop(struct keeper *k);

#endif
