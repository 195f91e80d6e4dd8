#include "json/columns.h"

#include <stddef.h>
#include <string.h>

#define LAST_TIME UINT64_C(1000000000000000000) /* 31 years: sums of a few still fit */

#define IN(s, member) .size = sizeof((struct s *)NULL)->member, .offset = offsetof(struct s, member)
#define FEW(member)   .get = get_##member, .set = set_##member
#define A_TIME        COLUMN_SIGNED, .absent = -1, .max = LAST_TIME
#define ALWAYS        .required = true

#define BITS(member, type)                                                                         \
    static uint64_t get_##member(const void *row)                                                  \
    {                                                                                              \
        return (uint64_t)((const struct sample *)row)->member;                                     \
    }                                                                                              \
    static void set_##member(void *row, uint64_t value)                                            \
    {                                                                                              \
        ((struct sample *)row)->member = (type)value;                                              \
    }

BITS(outcome, enum outcome)
BITS(phase, enum phase)
BITS(unframed, bool)

/* clang-format off */
const struct column sample_columns[N_SAMPLE_COLUMNS] = {
    { "request", COLUMN_UNSIGNED, IN(sample, id), .absent = -1, ALWAYS },
    { "lane", COLUMN_LANE, IN(sample, lane), .absent = -1, ALWAYS },
    { "due", A_TIME, IN(sample, due), ALWAYS },
    { "sent", A_TIME, IN(sample, sent), ALWAYS },
    { "connected", A_TIME, IN(sample, connected) },
    { "first_byte", A_TIME, IN(sample, first_byte) },
    { "done", A_TIME, IN(sample, done) },
    { "pid", COLUMN_UNSIGNED, IN(sample, pid), .max = INT32_MAX },
    { "version", COLUMN_TEXT, IN(sample, version) },
    { "status", COLUMN_UNSIGNED, IN(sample, status), .max = 999 },
    { "bytes", COLUMN_UNSIGNED, IN(sample, bytes) },
    { "port", COLUMN_UNSIGNED, IN(sample, port) },
    { "error", COLUMN_UNSIGNED, IN(sample, error), .max = 4095 },
    { "outcome", COLUMN_OUTCOME, FEW(outcome), .absent = -1, ALWAYS },
    { "phase", COLUMN_PHASE, FEW(phase), .absent = -1, ALWAYS },
    { "unframed", COLUMN_UNSIGNED, FEW(unframed), .max = 1 },
};

const struct column event_columns[N_EVENT_COLUMNS] = {
    { "event", COLUMN_EVENT, IN(event, kind), .absent = -1, ALWAYS },
    { "at", COLUMN_SIGNED, IN(event, at), .absent = INT64_MIN, .min = -(int64_t)LAST_TIME, .max = LAST_TIME, ALWAYS },
    { "pid", COLUMN_SIGNED, IN(event, pid), .max = INT32_MAX },
    { "start", COLUMN_SIGNED, IN(event, start), .max = LAST_TIME },
    { "index", COLUMN_SIGNED, IN(event, index), .min = INT32_MIN, .max = INT32_MAX },
    { "value", COLUMN_SIGNED, IN(event, value), .min = -(int64_t)LAST_TIME, .max = LAST_TIME },
    { "dev", COLUMN_UNSIGNED, IN(event, dev) },
    { "ino", COLUMN_UNSIGNED, IN(event, ino) },
    { "text", COLUMN_TEXT, IN(event, text) },
};
/* clang-format on */

uint64_t column_get(const struct column *c, const void *row)
{
    const char *place = (const char *)row + c->offset;
    bool is_signed = c->type == COLUMN_SIGNED;
    uint64_t u64;
    uint32_t u32;
    uint16_t u16;

    if (c->get)
        return c->get(row);
    switch (c->size) {
    case 8:
        memcpy(&u64, place, 8);
        return u64;
    case 4:
        memcpy(&u32, place, 4);
        return is_signed ? (uint64_t)(int64_t)(int32_t)u32 : u32;
    case 2:
        memcpy(&u16, place, 2);
        return u16;
    default:
        return *(const uint8_t *)place;
    }
}

void column_set(const struct column *c, void *row, uint64_t value)
{
    char *place = (char *)row + c->offset;
    uint32_t u32 = (uint32_t)value;
    uint16_t u16 = (uint16_t)value;
    uint8_t u8 = (uint8_t)value;

    if (c->set) {
        c->set(row, value);
        return;
    }
    memcpy(place,
           c->size == 8   ? (void *)&value
           : c->size == 4 ? (void *)&u32
           : c->size == 2 ? (void *)&u16
                          : (void *)&u8,
           c->size);
}

const char *column_name(enum column_type type, uint64_t number)
{
    switch (type) {
    case COLUMN_OUTCOME:
        return number < N_OUTCOMES ? outcomes[number].name : NULL;
    case COLUMN_PHASE:
        return number < N_PHASES ? phase_names[number] : NULL;
    case COLUMN_EVENT:
        return number < N_EVENT_KINDS ? event_names[number] : NULL;
    default:
        return NULL;
    }
}

int column_number(enum column_type type, const char *name)
{
    const char *known;

    for (int i = 0; (known = column_name(type, (uint64_t)i)); i++)
        if (strcmp(known, name) == 0)
            return i;
    return -1;
}
