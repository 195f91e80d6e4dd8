/* By how much did the kernel's counters grow over an upgrade?  Source: proc_pid_net(5);
   a line of names is followed by one of numbers, each begun by the same word. */
#include "io/net_stat.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LONGEST = 8192 };

static void take(char *names, char *numbers, int64_t values[N_NET_COUNTERS])
{
    char *next_name, *next_number;
    char *name = strtok_r(names, " \n", &next_name);
    char *number = strtok_r(numbers, " \n", &next_number);

    for (; name && number;
         name = strtok_r(NULL, " \n", &next_name), number = strtok_r(NULL, " \n", &next_number)) {
        int which = word_find(net_counters, name);

        if (which >= 0)
            values[which] = strtoll(number, NULL, 10);
    }
}

static void read_file(const char *path, const char *about, int64_t values[N_NET_COUNTERS])
{
    char names[LONGEST], numbers[LONGEST];
    FILE *f = fopen(path, "re");

    if (!f)
        return;
    while (fgets(names, sizeof names, f) && fgets(numbers, sizeof numbers, f))
        if (strncmp(names, about, strlen(about)) == 0)
            take(names, numbers, values);
    fclose(f);
}

static void read_all(int64_t values[N_NET_COUNTERS])
{
    for (size_t i = 0; i < N_NET_COUNTERS; i++)
        values[i] = -1;
    read_file("/proc/net/netstat", "TcpExt:", values);
    read_file("/proc/net/snmp", "Tcp:", values);
}

void net_stat_begin(struct net_stat *s)
{
    read_all(s->at_begin);
    s->begun = true;
}

void net_stat_note(const struct net_stat *s, struct recorder *r)
{
    int64_t now[N_NET_COUNTERS];

    if (!s->begun)
        return;
    read_all(now);
    for (int i = 0; i < N_NET_COUNTERS; i++)
        if (s->at_begin[i] >= 0 && now[i] >= s->at_begin[i])
            record(r, EVENT_NET_COUNTER, i, now[i] - s->at_begin[i], net_counters[i].name);
}
