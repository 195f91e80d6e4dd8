/* What goes up and comes down in a request, and how slowly? */
#include "io/curl_pace.h"
#include "io/curl_parts.h"

#include <string.h>

/* libcurl may close the connection before it says that the answer is whole. */
static void note_holder(struct transfer *t)
{
    struct owners *o = t->plan->owners;

    if (o && o->early && t->link)
        t->holder = owners_name(o, &t->link->other_end, t->sample.id);
}

static size_t on_header(char *line, size_t size, size_t n, void *arg)
{
    struct transfer *t = arg;

    if (t->sample.first_byte < 0) {
        t->sample.first_byte = recorder_now(t->plan->clock);
        t->sample.phase = PHASE_READ;
        note_holder(t);
    }
    answer_header(t->plan->answers, &t->answer, line, size * n);
    return size * n;
}

static size_t on_body(char *data, size_t size, size_t n, void *arg)
{
    struct transfer *t = arg;
    int64_t now = recorder_now(t->plan->clock);

    if (size * n >
        curl_pace_allows(t->plan->lane->read_rate, t->sample.first_byte, now, t->downloaded)) {
        t->paused = true;
        return CURL_WRITEFUNC_PAUSE;
    }
    t->downloaded += size * n;
    answer_body(t->plan->answers, &t->answer, data, size * n);
    return size * n;
}

static size_t on_upload(char *to, size_t size, size_t n, void *arg)
{
    struct transfer *t = arg;
    size_t most = curl_pace_allows(t->plan->lane->send_rate, t->went, recorder_now(t->plan->clock),
                                   t->uploaded);
    size_t left = t->plan->lane->body_bytes - t->uploaded;

    if (left > 0 && most == 0) {
        t->paused = true;
        return CURL_READFUNC_PAUSE;
    }
    most = most < size * n ? most : size * n;
    most = most < left ? most : left;
    memcpy(to, t->plan->body, most);
    t->uploaded += most;
    return most;
}

static int on_rewind(void *arg, curl_off_t to, int from)
{
    struct transfer *t = arg;

    if (from != SEEK_SET)
        return CURL_SEEKFUNC_CANTSEEK;
    t->uploaded = (size_t)to;
    return CURL_SEEKFUNC_OK;
}

void transfer_set_bodies(struct transfer *t)
{
    const struct curl_plan *p = t->plan;
    const struct lane *lane = p->lane;

    if (lane->body_bytes && lane->send_rate > 0) {
        curl_easy_setopt(t->easy, CURLOPT_POST, 1L);
        curl_easy_setopt(t->easy, CURLOPT_READFUNCTION, on_upload);
        curl_easy_setopt(t->easy, CURLOPT_READDATA, t);
        curl_easy_setopt(t->easy, CURLOPT_SEEKFUNCTION, on_rewind);
        curl_easy_setopt(t->easy, CURLOPT_SEEKDATA, t);
    } else if (lane->body_bytes) {
        curl_easy_setopt(t->easy, CURLOPT_POSTFIELDS, p->body);
    }
    if (lane->body_bytes)
        curl_easy_setopt(t->easy, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)lane->body_bytes);
    if (strcmp(lane->method, "HEAD") == 0)
        curl_easy_setopt(t->easy, CURLOPT_NOBODY, 1L);
    else if (strcmp(lane->method, "GET") != 0 || lane->body_bytes)
        curl_easy_setopt(t->easy, CURLOPT_CUSTOMREQUEST, lane->method);
    curl_easy_setopt(t->easy, CURLOPT_HEADERFUNCTION, on_header);
    curl_easy_setopt(t->easy, CURLOPT_HEADERDATA, t);
    curl_easy_setopt(t->easy, CURLOPT_WRITEFUNCTION, on_body);
    curl_easy_setopt(t->easy, CURLOPT_WRITEDATA, t);
}
