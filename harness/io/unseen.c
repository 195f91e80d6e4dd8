/* What of the server is not ours to see, why, and what is to be done about it? */
#include "io/unseen.h"
#include "io/proc.h"

#include <pwd.h>
#include <stdio.h>
#include <unistd.h>

enum { MOST_USERS = 16 };

struct hidden {
    int64_t user;
    bool has_changed;
    pid_t first;
    size_t n;
};

static void name_of_user(int64_t user, char name[USER_NAME])
{
    const struct passwd *known = getpwuid((uid_t)user);

    if (known)
        snprintf(name, USER_NAME, "%s", known->pw_name);
    else
        snprintf(name, USER_NAME, "with uid %lld", (long long)user);
}

const char *unseen_user(pid_t pid, char name[USER_NAME])
{
    bool has_changed;
    int64_t user = proc_user(pid, &has_changed);

    if (user < 0)
        snprintf(name, USER_NAME, "unknown");
    else
        name_of_user(user, name);
    return name;
}

static void add(struct hidden *all, size_t *n, pid_t pid)
{
    struct hidden h = { .first = pid };
    size_t i = 0;

    h.user = proc_user(pid, &h.has_changed);
    if (h.user < 0)
        return;
    while (i < *n && (all[i].user != h.user || all[i].has_changed != h.has_changed))
        i++;
    if (i == MOST_USERS)
        return;
    if (i == *n)
        all[(*n)++] = h;
    all[i].n++;
}

static void say_one(const struct hidden *h, void (*say)(void *arg, const char *sentence), void *arg)
{
    char text[400], who[80], user[USER_NAME], as[USER_NAME + 20] = "root", name[PROC_NAME];

    name_of_user(h->user, user);
    proc_name(h->first, name);
    if (h->n > 1)
        snprintf(who, sizeof who, "pid %d (%s) and %zu more run", h->first, name, h->n - 1);
    else
        snprintf(who, sizeof who, "pid %d (%s) runs", h->first, name);
    if (!h->has_changed)
        snprintf(as, sizeof as, "user %s or as root", user);
    snprintf(
        text, sizeof text,
        "%s as user %s%s: which program that is, who holds the port, and what is leaked is not "
        "ours to see; to have that judged, too, run hupproof as %s",
        who, user, h->has_changed ? ", which it has become, so that only root may look" : "", as);
    say(arg, text);
}

void unseen_say(const struct watch *w, void (*say)(void *arg, const char *sentence), void *arg)
{
    struct hidden all[MOST_USERS];
    size_t n = 0;

    for (size_t i = 0; i < w->n; i++)
        if (w->all[i]->alive && w->all[i]->holds == HOLDS_NOT_KNOWN)
            add(all, &n, w->all[i]->pid);
    for (size_t i = 0; i < n; i++)
        say_one(&all[i], say, arg);
}
