/* Which version is this? */
#include "version.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

bool version_is_tag(const char *text)
{
    size_t len = strlen(text);

    for (size_t i = 0; i < len; i++) {
        if (text[i] <= ' ' || text[i] > '~')
            return false;
    }
    return len > 0 && len <= RESPONSE_TAG_MAX;
}

int version_read(char tag[RESPONSE_TAG_MAX + 1], const char *path, struct err *err)
{
    char line[RESPONSE_TAG_MAX + 3] = "";
    FILE *file = fopen(path, "re");

    if (!file)
        return err_set(err, "version file %s: %s", path, strerror(errno));
    if (!fgets(line, sizeof(line), file))
        line[0] = '\0';
    fclose(file);
    line[strcspn(line, "\n")] = '\0';
    if (!version_is_tag(line))
        return err_set(err, "version file %.100s: wanted " RESPONSE_TAG_WANTED ", got '%s'", path,
                       line);
    strcpy(tag, line);
    return 0;
}
