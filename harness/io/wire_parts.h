/* What do the parts of a connection know of each other?  Shared by wire.c (its life), wire_flow.c
   (what is sent and received) and wire_ends.c (what becomes of each request). */
#ifndef HUPPROOF_WIRE_PARTS_H
#define HUPPROOF_WIRE_PARTS_H

#include "io/wire.h"

static inline struct sample *wire_at(struct wire *w, unsigned i)
{
    i += w->first;
    return &w->ring[i < w->room ? i : i - w->room];
}

/* Whose answer is due. */
static inline struct sample *wire_current(struct wire *w)
{
    return wire_at(w, w->over);
}

static inline bool wire_waits(const struct wire *w)
{
    return w->n > w->over;
}

/* Before anything of the answer to the eldest can come. */
void wire_await_answer(struct wire *w, const struct wire_plan *p);

/* The one that is due an answer has it, whole. */
void wire_end_well(struct wire *w, const struct wire_plan *p, int64_t now);

/* No answer will come any more: not to the one that is due one, nor to those behind it. */
void wire_end_all(struct wire *w, const struct wire_plan *p, enum outcome first,
                  enum outcome behind, int error);
void wire_end_by_error(struct wire *w, const struct wire_plan *p, int error);
void wire_end_by_close(struct wire *w, const struct wire_plan *p);

/* It is there: the first request may leave. */
void wire_connected(struct wire *w, const struct wire_plan *p);

/* As much as the connection takes, or the lane's pace allows. */
void wire_send(struct wire *w, const struct wire_plan *p);

/* What has come.  send_error: of what was to be sent before; 0: there was none. */
void wire_receive(struct wire *w, const struct wire_plan *p, int send_error);

#endif
