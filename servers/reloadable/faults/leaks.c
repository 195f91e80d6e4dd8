/* What if every reload leaves a little more behind? */
#include "faults/families.h"

#include "server.h"

#include <fcntl.h>
#include <sys/mman.h>

enum { DESCRIPTORS = 4, BYTES = 1 << 20 };

/* Open across exec: its heir has them too, and adds its own.  Who was started by a
   supervisor has no heir. */
bool fault_leak_descriptors(struct server *server)
{
    int lost = server->handover.kept ? server->identity.generation : 1;

    for (int i = 0; i < DESCRIPTORS * lost; i++) {
        if (open("/dev/null", O_RDONLY) < 0) /* NOLINT(android-cloexec-open) */
            return false;
    }
    return false;
}

/* Memory is not inherited across exec: so what all before it have lost as well. */
bool fault_leak_memory(struct server *server)
{
    size_t n = (size_t)server->identity.generation * BYTES;

    (void)mmap(NULL, n, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);
    return false;
}
