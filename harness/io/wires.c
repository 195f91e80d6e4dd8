/* Which connections are there? */
#include "io/wires.h"

#include <stdlib.h>

void wires_put_last(struct wires *list, struct wire *w)
{
    w->next = NULL;
    w->previous = list->last;
    *(list->last ? &list->last->next : &list->first) = w;
    list->last = w;
}

void wires_take_out(struct wires *list, struct wire *w)
{
    *(w->previous ? &w->previous->next : &list->first) = w->next;
    *(w->next ? &w->next->previous : &list->last) = w->previous;
}

void wires_put_in_order(struct wires *list, struct wire *w)
{
    struct wire *before = list->last;

    while (before && wire_eldest(before)->due > wire_eldest(w)->due)
        before = before->previous;
    w->previous = before;
    w->next = before ? before->next : list->first;
    *(w->next ? &w->next->previous : &list->last) = w;
    *(before ? &before->next : &list->first) = w;
}

void wires_free(struct wires *list)
{
    struct wire *w;

    while ((w = list->first)) {
        list->first = w->next;
        wire_close(w);
        free(w);
    }
}
