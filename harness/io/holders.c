/* Which processes of the machine hold some listening sockets? */
#include "io/holders.h"

#include <errno.h>
#include <stdio.h>
#include <unistd.h>

static void look_at(void *arg, pid_t pid)
{
    struct holders *found = arg;
    struct proc_stat st;
    struct holds h;

    if (pid == getpid())
        return;
    if (holds_find(pid, found->set, &h) != 0) {
        /* Whose end has begun belongs to root, as far as /proc goes. */
        if (errno == EACCES && proc_stat(pid, &st) == 0 && !st.exiting && st.state != 'Z')
            found->hidden = true;
        return;
    }
    if (!h.n || found->n == MOST_HOLDERS || proc_stat(pid, &st) != 0)
        return;
    found->which |= h.which;
    found->all[found->n++] = (struct holder){ pid, st.parent, st.start, h.which, h.ino };
}

void holders_find(const struct listening_set *set, struct holders *found)
{
    *found = (struct holders){ .set = set };
    if (set->n)
        proc_all(look_at, found);
}

void holders_say(const struct holders *h, size_t i, char *text, size_t size)
{
    const struct holder *first = NULL;
    char name[PROC_NAME];
    size_t n = 0;

    for (size_t k = 0; k < h->n; k++) {
        if (!(h->all[k].which >> i & 1))
            continue;
        if (!first)
            first = &h->all[k];
        n++;
    }
    if (!first)
        snprintf(text, size, "a process that %s",
                 h->hidden ? "is not ours to see (run hupproof as root to learn which)"
                           : "cannot be seen from here (in another namespace?)");
    else if (n > 1)
        snprintf(text, size, "pid %d (%s) and %zu more", first->pid, proc_name(first->pid, name),
                 n - 1);
    else
        snprintf(text, size, "pid %d (%s)", first->pid, proc_name(first->pid, name));
}
