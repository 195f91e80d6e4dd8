/* What does the kernel tell of who gave an answer that does not say so itself?  How it is asked
   is in io/owners.h. */
#ifndef HUPPROOF_ATTRIBUTION_H
#define HUPPROOF_ATTRIBUTION_H

#include "core/scenario.h"

enum attribution {
    ATTRIBUTED_SEEN,
    ATTRIBUTED_BEFORE,
    ATTRIBUTED_UNPROVEN, /* from here on the process is not known */
    ATTRIBUTED_GONE,
    ATTRIBUTED_SEVERAL,
    ATTRIBUTED_STRANGER,
    ATTRIBUTED_NO_TIME,
    ATTRIBUTED_NOT_KNOWN,
    N_ATTRIBUTIONS
};
extern const struct word attributions[];

#endif
