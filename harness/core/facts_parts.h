/* How do facts come about?  Each part fills its own fields, in this order. */
#ifndef HUPPROOF_FACTS_PARTS_H
#define HUPPROOF_FACTS_PARTS_H

#include "core/facts.h"

/* upgrades but for their takeovers, upgrades_planned; needs load_ended */
void facts_find_upgrades(struct facts *f);
/* processes, answered_by */
void facts_find_processes(struct facts *f);
/* listener of each process */
void facts_find_listeners(struct facts *f);
void facts_find_takeovers(struct facts *f);
/* kernel_asked, attributions */
void facts_find_attributions(struct facts *f);
/* lanes, all */
void facts_find_lanes(struct facts *f);
void facts_find_starvation(struct facts *f);
void facts_find_usage(struct facts *f);
/* queues; net of each upgrade */
void facts_find_queues(struct facts *f);
void facts_find_net(struct facts *f);
/* states */
void facts_find_states(struct facts *f);
/* handed_over and exposure of each upgrade; exposure, upgrades_with_loss */
void facts_find_exposure(struct facts *f);
/* tls, certificates, n_handshakes, streams_refused */
void facts_find_tls(struct facts *f);

#endif
