/* How is the kernel asked about sockets?  Through a socket for questions and answers, which
   gives up on an answer that does not come.  Source: sock_diag(7). */
#ifndef HUPPROOF_SOCK_DIAG_H
#define HUPPROOF_SOCK_DIAG_H

/* -1 with errno. */
int sock_diag_open(void);

#endif
