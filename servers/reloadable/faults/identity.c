/* What if it answers as somebody else? */
#include "faults/families.h"

#include "conn.h"
#include "server.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

/* From one generation to the next. */
static const char variable[] = "RELOAD_SERVER_FAULT_VERSION";
static char old_version[RESPONSE_TAG_MAX + 1];

bool fault_claim_old_pid(struct server *server)
{
    server->identity.pid = getppid();
    return false;
}

bool fault_tell_version(struct server *server)
{
    setenv(variable, server->identity.version_tag, 1);
    return false;
}

bool fault_learn_old_version(struct server *server)
{
    const char *old = getenv(variable);

    (void)server;
    snprintf(old_version, sizeof(old_version), "%s", old ? old : "1");
    return false;
}

bool fault_keep_old_version(struct server *server)
{
    fault_learn_old_version(server);
    server->identity.version_tag = old_version;
    return false;
}

bool fault_fall_back(struct server *server)
{
    fault_keep_old_version(server);
    return true;
}

bool fault_mix_versions(struct server *server, struct conn *c)
{
    static const char *other = old_version;
    const char *mine = server->identity.version_tag;

    (void)c;
    server->identity.version_tag = other;
    other = mine;
    return false;
}
