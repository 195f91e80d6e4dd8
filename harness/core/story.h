/* What happened, in words?  Sentences for people who have not seen the history:

       3 of 4,890 requests were lost: refused, 3,001 to 3,009 ms, between the old
       listener's close and the new one's first request.

   Pure; times are milliseconds since the run began. */
#ifndef HUPPROOF_STORY_H
#define HUPPROOF_STORY_H

#include "core/facts.h"

enum { STORY_SENTENCE = 480, STORY_MOST = 12 };

struct story {
    char sentences[STORY_MOST][STORY_SENTENCE];
    size_t n;
};

/* What was lost, at each upgrade, how, when and between which events of the handover; who served
   from when to when; the longest gap.  Of many upgrades the first that lost something, and how
   many more did. */
void story_tell(const struct facts *f, struct story *story);

#endif
