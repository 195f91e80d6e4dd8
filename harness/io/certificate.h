/* Which certificate is it?  Its serial number, in hexadecimal. */
#ifndef HUPPROOF_CERTIFICATE_H
#define HUPPROOF_CERTIFICATE_H

#include "core/base.h"

#include <openssl/types.h>

enum { CERTIFICATE_SERIAL = 64 };

/* Empty: there is none. */
void certificate_serial(const X509 *certificate, char serial[CERTIFICATE_SERIAL]);

/* Of the first certificate of a file, PEM. */
int certificate_read(const char *path, char serial[CERTIFICATE_SERIAL], struct err *err);

#endif
