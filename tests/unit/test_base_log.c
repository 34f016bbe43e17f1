/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Purpose: log lines as they come out of file descriptor 2.
 * May not: leave stderr redirected when a test ends.
 * Always:  what is read is what one or more whole writes put into a pipe.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"

enum { CAPTURED_BYTES = 8192 };

struct capture {
    int saved;
    int pipe[2];
    char text[CAPTURED_BYTES];
};

static void capture_start(struct capture *capture)
{
    assert_int_equal(pipe2(capture->pipe, O_NONBLOCK | O_CLOEXEC), 0);
    capture->saved = dup(STDERR_FILENO);
    assert_true(capture->saved >= 0);
    dup2(capture->pipe[1], STDERR_FILENO);
}

static const char *capture_stop(struct capture *capture)
{
    dup2(capture->saved, STDERR_FILENO);
    ssize_t len = read(capture->pipe[0], capture->text, sizeof(capture->text) - 1);
    capture->text[len > 0 ? len : 0] = '\0';
    close(capture->saved);
    close(capture->pipe[0]);
    close(capture->pipe[1]);
    return capture->text;
}

static void a_line_has_time_level_event_and_its_fields(void **state)
{
    (void)state;
    struct uuid id;
    assert_int_equal(uuid_parse("017f22e2-79b0-7cc3-98c4-dc0c0c07398f", &id), STATUS_OK);
    struct capture capture;
    capture_start(&capture);
    LOG(LOG_LEVEL_WARNING, "request", log_constant("operation", "readStudent"), log_number("status", 404),
        log_number("least", INT64_MIN), log_id("request", &id));
    const char *line = capture_stop(&capture);

    char time[TIME_TEXT_BYTES];
    int64_t parsed;
    assert_int_equal(strncmp(line, "time=", 5), 0);
    memcpy(time, line + 5, sizeof(time) - 1);
    time[sizeof(time) - 1] = '\0';
    assert_int_equal(time_parse(time, &parsed), STATUS_OK);
    assert_string_equal(line + 5 + sizeof(time) - 1,
                        " level=warning event=request operation=readStudent status=404 least=-9223372036854775808"
                        " request=017f22e2-79b0-7cc3-98c4-dc0c0c07398f\n");
}

static void a_line_needs_no_fields(void **state)
{
    (void)state;
    struct capture capture;
    capture_start(&capture);
    log_event(LOG_LEVEL_ERROR, "stopped", NULL, 0);
    LOG(LOG_LEVEL_INFO, "ready");
    const char *lines = capture_stop(&capture);
    assert_non_null(strstr(lines, " level=error event=stopped\n"));
    assert_non_null(strstr(lines, " level=info event=ready\n"));
}

static void lines_below_the_threshold_are_not_written(void **state)
{
    (void)state;
    struct capture capture;
    capture_start(&capture);
    LOG(LOG_LEVEL_DEBUG, "one");
    log_threshold(LOG_LEVEL_ERROR);
    LOG(LOG_LEVEL_WARNING, "two");
    LOG(LOG_LEVEL_ERROR, "three");
    log_threshold(LOG_LEVEL_DEBUG);
    LOG(LOG_LEVEL_DEBUG, "four");
    log_threshold(LOG_LEVEL_INFO);
    const char *lines = capture_stop(&capture);
    assert_null(strstr(lines, "one"));
    assert_null(strstr(lines, "two"));
    assert_non_null(strstr(lines, "three"));
    assert_non_null(strstr(lines, "four"));
}

static void a_value_cannot_break_its_line(void **state)
{
    (void)state;
    struct capture capture;
    capture_start(&capture);
    LOG(LOG_LEVEL_INFO, "event", log_constant("a", "two words"), log_constant("b", "x\ny=\"z\"\\\x1b\xc3\xa5"),
        log_constant("c", ""), log_constant("d", NULL));
    const char *line = capture_stop(&capture);
    assert_non_null(strstr(line, " event=event a=\"two words\" b=\"x?y=?z?????\" c=\"\" d=\"\"\n"));
    assert_ptr_equal(strchr(line, '\n'), line + strlen(line) - 1);
}

static void a_long_line_is_cut_between_fields(void **state)
{
    (void)state;
    char huge[3000];
    memset(huge, 'h', sizeof(huge) - 1);
    huge[sizeof(huge) - 1] = '\0';
    struct log_field fields[100];
    for (size_t i = 0; i < 100; i++)
        fields[i] = log_number("number", 1234567890);
    fields[0] = log_constant("huge", huge);
    struct capture capture;
    capture_start(&capture);
    log_event(LOG_LEVEL_INFO, "long", fields, 100);
    const char *line = capture_stop(&capture);
    size_t len = strlen(line);
    assert_in_range(len, 900, 1024);
    assert_string_equal(line + len - strlen(" number=1234567890\n"), " number=1234567890\n");
    assert_null(strstr(line, "huge"));
}

static void a_line_of_json_says_the_same(void **state)
{
    (void)state;
    struct uuid id;
    assert_int_equal(uuid_parse("017f22e2-79b0-7cc3-98c4-dc0c0c07398f", &id), STATUS_OK);
    struct capture capture;
    capture_start(&capture);
    log_write_as(LOG_FORMAT_JSON);
    LOG(LOG_LEVEL_WARNING, "request", log_constant("operation", "readStudent"), log_number("status", 404),
        log_number("least", INT64_MIN), log_id("request", &id), log_constant("odd", "a b\ny=\"z\"\\\x1b\xc3\xa5"),
        log_constant("empty", ""), log_constant("none", NULL));
    const char *line = capture_stop(&capture);
    log_write_as(LOG_FORMAT_LOGFMT);
    assert_ptr_equal(strchr(line, '\n'), line + strlen(line) - 1);

    json_t *json = json_loads(line, JSON_REJECT_DUPLICATES, NULL);
    assert_non_null(json);
    int64_t time;
    assert_int_equal(time_parse(json_string_value(json_object_get(json, "time")), &time), STATUS_OK);
    json_object_del(json, "time");
    char *rest = json_dumps(json, JSON_COMPACT);
    assert_string_equal(rest,
                        "{\"level\":\"warning\",\"event\":\"request\",\"operation\":\"readStudent\",\"status\":404,"
                        "\"least\":-9223372036854775808,\"request\":\"017f22e2-79b0-7cc3-98c4-dc0c0c07398f\","
                        "\"odd\":\"a b?y=?z?????\",\"empty\":\"\",\"none\":\"\"}");
    free(rest);
    json_decref(json);
}

static void a_long_line_of_json_is_whole(void **state)
{
    (void)state;
    char huge[3000];
    memset(huge, 'h', sizeof(huge) - 1);
    huge[sizeof(huge) - 1] = '\0';
    struct capture capture;
    log_write_as(LOG_FORMAT_JSON);
    for (size_t n = 900; n < 1000; n++) { /* around the end of a line */
        capture_start(&capture);
        LOG(LOG_LEVEL_INFO, "long", log_constant("huge", huge + sizeof(huge) - 1 - n), log_number("number", 7));
        const char *line = capture_stop(&capture);
        assert_in_range(strlen(line), 60, 1024);
        json_t *json = json_loads(line, 0, NULL);
        assert_non_null(json);
        json_t *text = json_object_get(json, "huge");
        assert_true(text == NULL || json_string_length(text) == n);
        assert_true(text == NULL ? n > 930 : n < 980);
        json_decref(json);
    }
    log_write_as(LOG_FORMAT_LOGFMT);
}

static void *log_a_line(void *context)
{
    (void)context;
    LOG(LOG_LEVEL_INFO, "racing");
    return NULL;
}

/* A file and a socket have ways out of their own. */
static void a_file_takes_whole_lines_from_many_threads(void **state)
{
    (void)state;
    enum { THREADS = 32 };
    char path[] = "/tmp/trygg-log-XXXXXX";
    int saved = dup(STDERR_FILENO);
    int file = mkostemp(path, O_CLOEXEC);
    assert_true(file >= 0);
    unlink(path);
    dup2(file, STDERR_FILENO);
    log_write_as(LOG_FORMAT_LOGFMT);
    pthread_t threads[THREADS];
    for (size_t i = 0; i < THREADS; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, log_a_line, NULL), 0);
    for (size_t i = 0; i < THREADS; i++)
        pthread_join(threads[i], NULL);
    dup2(saved, STDERR_FILENO);
    log_write_as(LOG_FORMAT_LOGFMT);
    close(saved);

    char text[CAPTURED_BYTES] = "";
    assert_true(pread(file, text, sizeof(text) - 1, 0) > 0);
    close(file);
    size_t n = 0;
    for (const char *line = text; *line != '\0'; line = strchr(line, '\n') + 1, n++)
        assert_int_equal(strncmp(line, "time=", 5), 0);
    assert_int_equal(n, THREADS);
}

/* A file on a disk that has room for no more than so many bytes. */
struct small_disk {
    int saved, file;
    struct rlimit limit;
    char text[CAPTURED_BYTES];
};

static void small_disk_holds(const struct small_disk *disk, rlim_t bytes)
{
    const struct rlimit limit = {.rlim_cur = bytes, .rlim_max = disk->limit.rlim_max};
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
}

static void small_disk_start(struct small_disk *disk, enum log_format format)
{
    char path[] = "/tmp/trygg-log-XXXXXX";
    disk->saved = dup(STDERR_FILENO);
    disk->file = mkostemp(path, O_CLOEXEC);
    assert_true(disk->file >= 0);
    unlink(path);
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &disk->limit), 0);
    signal(SIGXFSZ, SIG_IGN);
    dup2(disk->file, STDERR_FILENO);
    log_write_as(format);
}

static const char *small_disk_stop(struct small_disk *disk)
{
    dup2(disk->saved, STDERR_FILENO);
    small_disk_holds(disk, disk->limit.rlim_cur);
    signal(SIGXFSZ, SIG_DFL);
    log_write_as(LOG_FORMAT_LOGFMT);
    ssize_t len = pread(disk->file, disk->text, sizeof(disk->text) - 1, 0);
    disk->text[len > 0 ? len : 0] = '\0';
    close(disk->saved);
    close(disk->file);
    return disk->text;
}

/* The line that begins at *at, which is moved to the next one; it must end. */
static const char *take_line(char **at)
{
    char *line = *at, *end = strchr(line, '\n');
    assert_non_null(end);
    *end = '\0';
    *at = end + 1;
    return line;
}

static void a_line_that_a_full_disk_tears_is_dropped_and_spoils_no_other(void **state)
{
    (void)state;
    struct small_disk disk;
    for (rlim_t room = 1; room < 50; room += 7) {
        small_disk_start(&disk, LOG_FORMAT_LOGFMT);
        LOG(LOG_LEVEL_INFO, "before");
        small_disk_holds(&disk, (rlim_t)lseek(disk.file, 0, SEEK_CUR) + room);
        LOG(LOG_LEVEL_INFO, "torn");
        LOG(LOG_LEVEL_INFO, "lost");
        small_disk_holds(&disk, disk.limit.rlim_cur);
        LOG(LOG_LEVEL_INFO, "room-again");
        LOG(LOG_LEVEL_INFO, "after");
        (void)small_disk_stop(&disk);
        char *at = disk.text;
        assert_non_null(strstr(take_line(&at), " level=info event=before"));
        assert_int_equal(strlen(take_line(&at)), room);
        const char *again = take_line(&at);
        assert_int_equal(strncmp(again, "time=", 5), 0);
        assert_non_null(strstr(again, " level=info event=room-again dropped=2"));
        assert_null(strstr(take_line(&at), "dropped"));
        assert_string_equal(at, "");
    }
}

/* There was room for the end of the torn line, and for nothing of the next one. */
static void a_torn_line_is_ended_once(void **state)
{
    (void)state;
    struct small_disk disk;
    small_disk_start(&disk, LOG_FORMAT_LOGFMT);
    small_disk_holds(&disk, 9);
    LOG(LOG_LEVEL_INFO, "torn");
    small_disk_holds(&disk, 10);
    LOG(LOG_LEVEL_INFO, "lost");
    small_disk_holds(&disk, disk.limit.rlim_cur);
    LOG(LOG_LEVEL_INFO, "room-again");
    (void)small_disk_stop(&disk);
    char *at = disk.text;
    assert_int_equal(strlen(take_line(&at)), 9);
    assert_non_null(strstr(take_line(&at), " event=room-again dropped=2"));
    assert_string_equal(at, "");
}

static void of_many_threads_one_ends_a_torn_line_of_json(void **state)
{
    (void)state;
    enum { THREADS = 32 };
    struct small_disk disk;
    small_disk_start(&disk, LOG_FORMAT_JSON);
    small_disk_holds(&disk, 30);
    LOG(LOG_LEVEL_INFO, "torn");
    small_disk_holds(&disk, disk.limit.rlim_cur);
    pthread_t threads[THREADS];
    for (size_t i = 0; i < THREADS; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, log_a_line, NULL), 0);
    for (size_t i = 0; i < THREADS; i++)
        pthread_join(threads[i], NULL);
    (void)small_disk_stop(&disk);
    char *at = disk.text;
    assert_int_equal(strlen(take_line(&at)), 30);
    json_int_t dropped = 0;
    for (size_t i = 0; i < THREADS; i++) {
        json_t *json = json_loads(take_line(&at), JSON_REJECT_DUPLICATES, NULL);
        assert_non_null(json);
        dropped += json_integer_value(json_object_get(json, "dropped"));
        json_decref(json);
    }
    assert_string_equal(at, "");
    assert_int_equal(dropped, 1);
}

static void a_socket_that_nobody_reads_holds_nobody_up(void **state)
{
    (void)state;
    int ends[2];
    int saved = dup(STDERR_FILENO);
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends), 0);
    dup2(ends[1], STDERR_FILENO);
    log_write_as(LOG_FORMAT_LOGFMT);
    alarm(60);
    for (int i = 0; i < 20000; i++)
        LOG(LOG_LEVEL_INFO, "racing");
    char text[65536];
    size_t whole = 0;
    ssize_t len;
    while ((len = recv(ends[0], text, sizeof(text), MSG_DONTWAIT)) > 0)
        whole += (size_t)len;
    LOG(LOG_LEVEL_INFO, "read-again");
    len = recv(ends[0], text, sizeof(text) - 1, MSG_DONTWAIT);
    alarm(0);
    dup2(saved, STDERR_FILENO);
    log_write_as(LOG_FORMAT_LOGFMT);
    close(saved);
    close(ends[0]);
    close(ends[1]);
    assert_true(len > 0);
    text[len] = '\0';
    assert_true(whole > 1000);
    assert_non_null(strstr(text, " event=read-again dropped="));
}

/* Puts one byte after another into a pipe until it takes none, then makes its end one that blocks; the log looks anew at what it writes to. */
static void fill(struct capture *capture)
{
    log_write_as(LOG_FORMAT_LOGFMT);
    while (write(capture->pipe[1], "x", 1) == 1)
        continue;
    assert_int_equal(fcntl(capture->pipe[1], F_SETFL, 0), 0);
}

static void empty(struct capture *capture)
{
    char gone[4096];
    while (read(capture->pipe[0], gone, sizeof(gone)) > 0)
        continue;
}

static void a_reader_that_has_stopped_holds_nobody_up_and_the_next_line_tells_what_was_dropped(void **state)
{
    (void)state;
    struct capture capture;
    capture_start(&capture);
    fill(&capture);
    alarm(20); /* what blocks ends the test */
    LOG(LOG_LEVEL_INFO, "first");
    pthread_t threads[8];
    for (size_t i = 0; i < 8; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, log_a_line, NULL), 0);
    for (size_t i = 0; i < 8; i++)
        pthread_join(threads[i], NULL);
    alarm(0);
    empty(&capture);
    LOG(LOG_LEVEL_INFO, "read-again", log_number("n", 1));
    LOG(LOG_LEVEL_INFO, "after");
    const char *lines = capture_stop(&capture);
    assert_non_null(strstr(lines, " level=info event=read-again dropped=9 n=1\n"));
    assert_non_null(strstr(lines, " level=info event=after\n"));
    assert_null(strstr(lines, "first"));
    assert_null(strstr(lines, "racing"));
}

/* Eight threads at the last page of a pipe: it fits some lines, and never one that has to wait. */
static void threads_that_race_for_the_last_room_do_not_block(void **state)
{
    (void)state;
    struct capture capture;
    capture_start(&capture);
    fill(&capture);
    char page[4096];
    assert_int_equal(read(capture.pipe[0], page, sizeof(page)), sizeof(page));
    alarm(20);
    pthread_t threads[128];
    for (size_t i = 0; i < 128; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, log_a_line, NULL), 0);
    for (size_t i = 0; i < 128; i++)
        pthread_join(threads[i], NULL);
    alarm(0);
    empty(&capture);
    LOG(LOG_LEVEL_INFO, "after");
    assert_non_null(strstr(capture_stop(&capture), " event=after dropped="));
}

static void errno_stays_as_it_was(void **state)
{
    (void)state;
    struct capture capture;
    capture_start(&capture);
    close(STDERR_FILENO);
    errno = ENOSPC;
    LOG(LOG_LEVEL_ERROR, "lost");
    int after = errno;
    capture_stop(&capture);
    assert_int_equal(after, ENOSPC);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_line_has_time_level_event_and_its_fields),
        cmocka_unit_test(a_line_needs_no_fields),
        cmocka_unit_test(lines_below_the_threshold_are_not_written),
        cmocka_unit_test(a_value_cannot_break_its_line),
        cmocka_unit_test(a_long_line_is_cut_between_fields),
        cmocka_unit_test(a_line_of_json_says_the_same),
        cmocka_unit_test(a_long_line_of_json_is_whole),
        cmocka_unit_test(a_file_takes_whole_lines_from_many_threads),
        cmocka_unit_test(a_line_that_a_full_disk_tears_is_dropped_and_spoils_no_other),
        cmocka_unit_test(a_torn_line_is_ended_once),
        cmocka_unit_test(of_many_threads_one_ends_a_torn_line_of_json),
        cmocka_unit_test(a_socket_that_nobody_reads_holds_nobody_up),
        cmocka_unit_test(a_reader_that_has_stopped_holds_nobody_up_and_the_next_line_tells_what_was_dropped),
        cmocka_unit_test(threads_that_race_for_the_last_room_do_not_block),
        cmocka_unit_test(errno_stays_as_it_was),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
