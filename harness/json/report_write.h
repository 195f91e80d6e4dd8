/* What is the judgement, as report.json?  Times in it are milliseconds since
   the run began; what is not known is null. */
#ifndef HUPPROOF_REPORT_WRITE_H
#define HUPPROOF_REPORT_WRITE_H

#include "core/check.h"

#define REPORT_SCHEMA "hupproof.report/1"

/* findings: n_checks of them, as check_all left them.  The text is the caller's
   to free. */
char *report_text(const struct facts *f, const struct finding *findings, enum verdict verdict);

/* The file is whole or absent. */
int report_write(const char *path, const struct facts *f, const struct finding *findings,
                 enum verdict verdict, struct err *err);

#endif
