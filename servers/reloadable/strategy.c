/* Which ways of reloading are there? */
#include "strategy.h"

#include "json_out.h"

#include <stdio.h>
#include <string.h>

static const struct strategy strategies[] = {
    { .name = "fork-exec",
      .meaning = "starts its program file anew, which inherits the listener; then drains",
      .reload = successor_reload,
      .endow = fork_exec_endow,
      .call_off = successor_call_off },
    { .name = "exec",
      .meaning = "execs its program file itself: the same pid, which keeps the listener",
      .reload = exec_reload,
      .rested = exec_rested,
      .call_off = exec_call_off },
    { .name = "fdpass",
      .meaning = "hands its listener to a new process that asks for it at --handover; then drains",
      .passes = true,
      .reload = successor_reload,
      .call_off = successor_call_off },
    { .name = "reuseport",
      .meaning = "starts its program file anew, which binds the address beside it; then drains",
      .shares_address = true,
      .reload = successor_reload,
      .endow = reuseport_endow,
      .yield = reuseport_yield,
      .retire = reuseport_retire,
      .clean_up = reuseport_clean_up,
      .call_off = successor_call_off },
    { .name = "prefork",
      .meaning = "a master replaces its --workers; SIGUSR2 starts a new master beside it",
      .supervision = &prefork },
    { .name = "activation",
      .meaning = "a holder of the listener stops the service and starts it (systemd's protocol)",
      .activates = true,
      .supervision = &activation },
    { .name = "restart",
      .meaning = "does not reload: it must be stopped and started",
      .reload = restart_reload },
};

#define N_STRATEGIES (sizeof(strategies) / sizeof(strategies[0]))

const struct strategy *strategy_find(const char *name)
{
    for (size_t i = 0; i < N_STRATEGIES; i++) {
        if (strcmp(strategies[i].name, name) == 0)
            return &strategies[i];
    }
    return NULL;
}

static void print_json(void)
{
    json_list_begin();
    for (size_t i = 0; i < N_STRATEGIES; i++)
        json_list_row("name", strategies[i].name, "meaning", strategies[i].meaning, NULL);
    json_list_end();
}

void strategy_print_all(bool json)
{
    if (json) {
        print_json();
        return;
    }
    printf("%-12s  %s\n", "strategy", "meaning");
    for (size_t i = 0; i < N_STRATEGIES; i++)
        printf("%-12s  %s\n", strategies[i].name, strategies[i].meaning);
}
