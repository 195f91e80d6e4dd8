/* What becomes of each request that a connection carries? */
#include "io/wire_outcome.h"
#include "io/wire_parts.h"

static void drop_first(struct wire *w)
{
    w->first = w->first + 1 < w->room ? w->first + 1 : 0;
    w->n--;
    w->left -= w->left > 0;
}

void wire_await_answer(struct wire *w, const struct wire_plan *p)
{
    w->received = 0;
    w->other_end.sender = 0;
    wire_answer_begin(&w->answer, p->answers, p->to_head);
}

/* What the answer says, as far as it came. */
static enum outcome note_answer(struct wire *w, const struct wire_plan *p, struct sample *s)
{
    enum outcome worth = wire_answer_end(&w->answer);

    s->unframed = wire_answer_is_unframed(&w->answer);
    s->status = wire_answer_status(&w->answer);
    s->pid = w->answer.said.pid;
    s->version = history_text(p->texts, w->answer.said.version);
    return worth;
}

static void end_one(struct sample *s, enum outcome outcome, int error, int64_t now)
{
    s->outcome = outcome;
    s->error = (uint16_t)error;
    s->done = now;
}

void wire_end_all(struct wire *w, const struct wire_plan *p, enum outcome first,
                  enum outcome behind, int error)
{
    int64_t now = recorder_now(p->clock);

    note_answer(w, p, wire_current(w));
    end_one(wire_current(w), first, error, now);
    for (unsigned i = w->over + 1; i < w->n; i++)
        end_one(wire_at(w, i), behind, error, now);
    for (; w->gone; w->gone--)
        drop_first(w);
    w->over = w->n;
    w->ends = true;
}

void wire_end_by_error(struct wire *w, const struct wire_plan *p, int error)
{
    enum outcome outcome = wire_outcome_of_error(wire_current(w)->phase, error);

    wire_end_all(w, p, outcome, outcome, error);
}

void wire_end_well(struct wire *w, const struct wire_plan *p, int64_t now)
{
    struct sample *s = wire_current(w);
    enum outcome worth = note_answer(w, p, s);

    if (!s->pid && p->owners)
        s->pid = owners_name(p->owners, &w->other_end, s->id);
    if (!s->unframed)
        s->phase = PHASE_DONE;
    w->ends |= s->unframed || !w->answer.keeps_alive || w->left <= w->over;
    end_one(s, worth == OUTCOME_OK && w->stray ? OUTCOME_BAD_BODY : worth, 0, now);
    if (w->gone) {
        w->gone--;
        drop_first(w);
    } else {
        w->over++;
    }
    if (wire_waits(w))
        wire_await_answer(w, p);
}

void wire_end_by_close(struct wire *w, const struct wire_plan *p)
{
    bool answered = wire_current(w)->first_byte >= 0;

    if (answered && wire_answer_finish(&w->answer) == WIRE_WHOLE)
        wire_end_well(w, p, recorder_now(p->clock));
    else
        wire_end_all(w, p, wire_outcome_of_close(answered), wire_outcome_of_close(false), 0);
    if (wire_waits(w))
        wire_end_all(w, p, wire_outcome_of_close(false), wire_outcome_of_close(false), 0);
}

bool wire_take(struct wire *w, struct sample *s)
{
    if (w->over == 0)
        return false;
    *s = *wire_at(w, 0);
    w->over--;
    drop_first(w);
    return true;
}

const struct sample *wire_eldest(const struct wire *w)
{
    return wire_at((struct wire *)w, w->gone);
}

struct sample wire_give_up(struct wire *w, const struct wire_plan *p, enum outcome why)
{
    struct sample *s = wire_at(w, w->gone);
    struct sample given_up;

    if (w->gone++ == 0)
        note_answer(w, p, s);
    end_one(s, why, 0, recorder_now(p->clock));
    given_up = *s;
    if (w->gone == w->n) {
        wire_answer_end(&w->answer);
        w->n = w->gone = w->left = 0;
        w->ends = true;
    }
    return given_up;
}
