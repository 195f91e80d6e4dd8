/* Does anybody listen at the server's address who is none of its processes? */
#include "io/strangers.h"
#include "io/pidfile.h"

#include <string.h>
#include <unistd.h>

/* Its slot; NULL: there have been too many. */
static int slot_of(struct strangers *s, uint64_t ino)
{
    for (size_t i = 0; i < s->n_known; i++)
        if (s->known[i].ino == ino)
            return (int)i;
    if (s->n_known == SOCKETS_KNOWN)
        return -1;
    s->known[s->n_known].ino = ino;
    return (int)s->n_known++;
}

void strangers_start(struct strangers *s, const struct scenario *sc, struct watch *w,
                     struct recorder *r)
{
    *s = (struct strangers){ .watch = w,
                             .record = r,
                             .pidfile = scenario_pidfile(sc),
                             .attached = sc->server.attach != ATTACH_NOT };
}

/* Who is bound to all addresses gets nothing beside one that is bound to this one. */
void strangers_begin(struct strangers *s, const struct listening_set *set)
{
    bool exact = false;

    s->set = *set;
    s->ours = s->strange = s->asked = 0;
    s->hidden = false;
    s->who[0] = '\0';
    for (size_t i = 0; i < set->n; i++)
        exact |= set->all[i].exact;
    for (size_t i = 0; i < set->n; i++)
        if (set->all[i].exact == exact)
            s->asked |= UINT64_C(1) << i;
}

static void take_as_ours(struct strangers *s, uint64_t which)
{
    which &= s->asked;
    s->ours |= which;
    s->ours_seen |= which != 0;
    for (size_t i = 0; i < s->set.n; i++) {
        int slot = which >> i & 1 ? slot_of(s, s->set.all[i].ino) : -1;

        if (slot >= 0)
            s->known[slot].ours = true;
    }
}

void strangers_note(struct strangers *s, const struct holds *h)
{
    if (h->how == HOLDS_NOT_KNOWN)
        s->hidden = true;
    else
        take_as_ours(s, h->which);
}

/* Of the sockets those that somebody of the server's holds or held, and those that were told. */
static void recall(struct strangers *s, uint64_t *ours, uint64_t *told)
{
    *ours = *told = 0;
    for (size_t i = 0; i < s->set.n; i++) {
        uint64_t bit = s->asked & UINT64_C(1) << i;
        int slot = bit ? slot_of(s, s->set.all[i].ino) : -1;

        if (slot >= 0 && s->known[slot].ours)
            *ours |= bit;
        else if (slot >= 0 && s->known[slot].told)
            *told |= bit;
    }
}

/* The holder or its parent, if the pidfile names that one; or 0. */
static pid_t named(const struct strangers *s, const struct holder *h)
{
    char text[PIDFILE_TEXT];
    pid_t pid = s->pidfile ? pidfile_read(s->pidfile, text) : 0;

    return pid == h->pid || pid == h->parent ? pid : 0;
}

/* Heirs are adopted; the sockets that are held by somebody else. */
static uint64_t sort_out(struct strangers *s, const struct holders *found, uint64_t ours)
{
    uint64_t strange = 0;

    watch_look(s->watch);
    for (size_t i = 0; i < found->n; i++) {
        const struct holder *h = &found->all[i];

        if (!watch_has(s->watch, h->pid, h->start))
            watch_adopt_heir(s->watch, h->which & ours ? h->pid : named(s, h));
        if (watch_has(s->watch, h->pid, h->start))
            take_as_ours(s, h->which);
    }
    for (size_t i = 0; i < found->n; i++)
        if (!watch_has(s->watch, found->all[i].pid, found->all[i].start))
            strange |= found->all[i].which;
    return strange & s->asked & ~s->ours & ~ours;
}

static void tell(struct strangers *s, const struct holders *found, size_t i)
{
    struct event e = { .at = recorder_now(s->record), .kind = EVENT_STRANGER };
    char who[160], name[PROC_NAME];
    int slot = slot_of(s, s->set.all[i].ino);

    holders_say(found, i, who, sizeof who);
    if (!s->who[0])
        memcpy(s->who, who, sizeof who);
    if (!s->ours_seen || slot < 0 || s->known[slot].told)
        return;
    s->known[slot].told = true;
    e.ino = s->set.all[i].ino;
    e.text = history_text(s->record->h, who);
    for (size_t k = 0; k < found->n && !e.pid; k++) {
        if (!(found->all[k].which >> i & 1))
            continue;
        e.pid = found->all[k].pid;
        e.start = found->all[k].start;
        e.text = history_text(s->record->h, proc_name(e.pid, name));
    }
    history_add_event(s->record->h, &e);
}

/* Whose first thread has ended hides what the others hold. */
static bool somebody_is_half_gone(const struct watch *w)
{
    struct proc_stat st;

    for (size_t i = 0; i < w->n; i++)
        if (w->all[i]->alive && proc_stat(w->all[i]->pid, &st) == 0 && st.state == 'Z')
            return true;
    return false;
}

void strangers_end(struct strangers *s)
{
    uint64_t ours, told, doubtful;
    bool orphans = s->attached && s->watch->how == WATCH_POLLING;
    bool strange_answers = s->watch->strange_answers != s->strange_answers;
    struct holders found;

    recall(s, &ours, &told);
    /* Who was told may yet turn out to be an heir, if a pidfile says so. */
    doubtful = s->asked & ~s->ours & ~ours & (s->pidfile ? UINT64_MAX : ~told);
    s->strange_answers = s->watch->strange_answers;
    if (!s->set.n || (!doubtful && !orphans && !strange_answers))
        return;
    holders_find(&s->set, &found);
    s->strange = sort_out(s, &found, ours);
    for (size_t i = 0; i < s->set.n; i++) {
        uint64_t bit = UINT64_C(1) << i;
        int slot = slot_of(s, s->set.all[i].ino);

        /* One that closed meanwhile is held by nobody: seen twice, it has not. */
        if (!(s->strange & bit) && slot >= 0 && doubtful & bit & ~s->ours & ~found.which &&
            !s->hidden) {
            s->strange |= s->known[slot].doubted && !somebody_is_half_gone(s->watch) ? bit : 0;
            s->known[slot].doubted = true;
        }
        if (s->strange & bit)
            tell(s, &found, i);
    }
}
