#include "json/exact.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void make_exact(cJSON *tree)
{
    char text[32];
    cJSON *item;

    cJSON_ArrayForEach(item, tree) make_exact(item);
    if (!cJSON_IsNumber(tree))
        return;
    for (int digits = 15; digits <= 17; digits++) {
        snprintf(text, sizeof text, "%.*g", digits, tree->valuedouble);
        if (strtod(text, NULL) == tree->valuedouble)
            break;
    }
    if (fabs(tree->valuedouble) < 1e17 && tree->valuedouble == floor(tree->valuedouble))
        snprintf(text, sizeof text, "%.0f", tree->valuedouble);
    tree->valuestring = cJSON_malloc(strlen(text) + 1);
    strcpy(tree->valuestring, text);
    tree->type = (tree->type & ~0xff) | cJSON_Raw;
}

char *exact_print(cJSON *tree, bool compact)
{
    make_exact(tree);
    return compact ? cJSON_PrintUnformatted(tree) : cJSON_Print(tree);
}
