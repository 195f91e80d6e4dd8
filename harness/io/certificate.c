/* Which certificate is it? */
#include "io/certificate.h"

#include <errno.h>
#include <openssl/bn.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <stdio.h>
#include <string.h>

void certificate_serial(const X509 *certificate, char serial[CERTIFICATE_SERIAL])
{
    const ASN1_INTEGER *number = certificate ? X509_get0_serialNumber(certificate) : NULL;
    BIGNUM *big = number ? ASN1_INTEGER_to_BN(number, NULL) : NULL;
    char *text = big ? BN_bn2hex(big) : NULL;

    snprintf(serial, CERTIFICATE_SERIAL, "%s", text ? text : "");
    OPENSSL_free(text);
    BN_free(big);
}

int certificate_read(const char *path, char serial[CERTIFICATE_SERIAL], struct err *err)
{
    FILE *f = fopen(path, "re");
    X509 *certificate;

    if (!f)
        return err_set(err, "certificate %s: %s", path, strerror(errno));
    certificate = PEM_read_X509(f, NULL, NULL, NULL);
    fclose(f);
    if (!certificate) {
        ERR_clear_error();
        return err_set(err, "certificate %s: holds no certificate (PEM)", path);
    }
    certificate_serial(certificate, serial);
    X509_free(certificate);
    return 0;
}
