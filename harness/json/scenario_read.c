#include "json/scenario_read.h"

#include "json/exact.h"
#include "json/reader.h"
#include "json/specials.h"
#include "json/syntax.h"
#include "json/variables.h"
#include "json/whole_file.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The file's name without folders and .json; "_" for what no name may have. */
static char *name_of_file(const char *path)
{
    const char *base = strrchr(path, '/') ? strrchr(path, '/') + 1 : path;
    char *name = mem_text(*base ? base : "_");
    size_t n = strlen(name), valid;

    if (n > 5 && strcmp(name + n - 5, ".json") == 0)
        name[n -= 5] = '\0';
    while ((valid = syntax_utf8(name, n)) < n)
        name[valid] = '_';
    for (char *p = name; *p; p++)
        if ((unsigned char)*p < ' ' || (p == name && *p == '.'))
            *p = '_';
    return name;
}

static int check_server(struct reader *r)
{
    const cJSON *server = member(r->root, "server");
    const struct server *s = &r->sc->server;

    if (!s->command && s->attach == ATTACH_NOT)
        return reader_bad(r, server,
                          "needs a \"command\", or \"attach\" for one that already runs");
    if (s->command && !*s->command[0])
        return reader_bad(r, member(server, "command")->child, "must not be empty");
    return 0;
}

static void fill_in(struct scenario *sc, cJSON *root, const char *name)
{
    if (!sc->name) {
        sc->name = name_of_file(name);
        cJSON_AddStringToObject(root, "name", sc->name);
    }
    sc->limits.attributed_given = member(member(root, "limits"), "attributed");
    if (!sc->server.env)
        sc->server.env = mem_new(1, sizeof *sc->server.env);
    if (!sc->expect.checks)
        sc->expect.checks = mem_new(1, sizeof *sc->expect.checks);
    sc->json = exact_print(root, true);
}

static int read_tree(struct reader *r, cJSON *root, const struct scenario_vars *vars)
{
    if (!cJSON_IsObject(root))
        return reader_must(r, root, "must be an object");
    if (vars && (variables_put_in(r, root, vars) || variables_put_files_in(r, root, vars)))
        return -1;
    if (reader_object(r, root, "", r->sc) || check_server(r) || protocols_fit(r) || lanes_fit(r) ||
        upgrade_needed(r))
        return -1;
    fill_in(r->sc, root, r->name);
    return 0;
}

static int read_text(const char *name, const char *text, size_t length,
                     const struct scenario_vars *vars, struct scenario *sc, struct err *err)
{
    cJSON *root;
    int failed;

    memset(sc, 0, sizeof *sc);
    if (strspn(text, " \t\r\n") == length)
        return err_input(err, "%s: empty: no scenario", name);
    if (syntax_check(name, text, length, err))
        return -1;
    root = cJSON_Parse(text);
    if (!root)
        return err_input(err, "%s: not JSON", name);

    struct reader r = { .name = name, .text = text, .root = root, .sc = sc, .err = err };
    failed = read_tree(&r, root, vars);
    if (failed)
        scenario_free(sc);
    cJSON_Delete(root);
    return failed;
}

int scenario_read_text(const char *name, const char *text, const struct scenario_vars *vars,
                       struct scenario *sc, struct err *err)
{
    return read_text(name, text, strlen(text), vars, sc, err);
}

int scenario_read_file(const char *path, const struct scenario_vars *vars, struct scenario *sc,
                       struct err *err)
{
    size_t length;
    char *text;
    int failed;

    memset(sc, 0, sizeof *sc);
    if (whole_file_read(path, &text, &length, err))
        return -1;
    failed = read_text(path, text, length, vars, sc, err);
    free(text);
    return failed;
}
