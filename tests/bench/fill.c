/* SPDX-License-Identifier: EUPL-1.2 */
/* Fills the stores of tests/bench/run --large and --cases: schools of 500 students with their staff, classes, ties, personsaker and log.
 * May not write a row of its own: everything goes through the doors that `tryggd init` and the pipeline use, sealed as in life.
 * Always: offline, into an organisation that is there; what it made stands on standard output, one school a line. */
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sysexits.h>

#include "base/civic.h"
#include "base/clock.h"
#include "call/call.h"
#include "call/house.h"
#include "call/pipeline.h"
#include "domain/hendelse.h"
#include "domain/personsak_open.h"
#include "domain/seeding.h"

enum {
    CLASSES = 20,
    CLASS = 25,
    STUDENTS = CLASSES * CLASS,
    STAFF = 1 + CLASSES /* a rektor, and a teacher for each class */
};
enum { CHUNK = 100, ITEM_BYTES = 2048, LEAVES = ACTIVITY_MAX_BATCH, LEAF_BYTES = 1024, THREADS = 16, NAME_BYTES = 40 };
enum { ARENA_BYTES = 4 << 20, REPORTS = 10, HARDLY_MS = 50 };
enum { HENDELSER = 20 /* in each personsak */, HOUR_MS = 60 * 60 * 1000 };

static const char issuer[] = "https://local.trygg.example";
static const char *const given_names[] = {"Emma", "Noah",   "Nora", "Elias", "Ella",  "Åse",  "Jakob",
                                          "Maja", "Øyvind", "Saga", "Liam",  "Alma",  "Hugo", "Selma",
                                          "Ali",  "Freja",  "Tuva", "Ánte",  "Amina", "Oskar"};
static const char *const family_names[] = {"Berg",  "Dahl",    "Lund",   "Hagen",   "Sætre",  "Lindqvist",
                                           "Åberg", "Haugen",  "Nilsen", "Moen",    "Öström", "Svensson",
                                           "Aas",   "Eide",    "Sara",   "Warsame", "Bakke",  "Holm",
                                           "Ek",    "Solberg", "Vik",    "Nygård",  "Wong"};
#define PICK(list, number) ((list)[(size_t)(number) % (sizeof(list) / sizeof *(list))])

/* Who is at a school. */
struct roll {
    struct school_id school;
    struct person_id staff[STAFF];
    struct student_id students[STUDENTS];
    struct uuid personsaker[STUDENTS]; /* of the students; nil: they have none */
};

struct filling {
    struct house *house;
    struct seed_organisation organisation;
    struct roll *rolls;
    size_t n_schools;
    size_t blocks; /* of LEAVES rows each */
    size_t every;  /* one in so many students has a personsak; 0: none */
    pthread_mutex_t refill;
    atomic_size_t next;
    _Atomic(enum status) failed;
};

/* One school as a seed: what its lists point into. */
struct school {
    struct seed seed;
    struct seed_school school;
    struct seed_person persons[STAFF];
    struct seed_identity identities[STAFF];
    struct seed_membership memberships[STAFF];
    struct seed_group groups[CLASSES];
    struct seed_student students[STUDENTS];
    struct seed_enrolment enrolments[STUDENTS];
    struct seed_group_member members[STUDENTS];
    struct seed_tie ties[STUDENTS];
    char name[NAME_BYTES];
    char subjects[STAFF][NAME_BYTES];
    char classes[CLASSES][NAME_BYTES];
    char numbers[STUDENTS][CIVIC_TEXT_BYTES];
};

/* ---- What a school is --------------------------------------------------------------------------------------------------- */

/* A personnummer of a day from 1800 on, with its check digit (SKV 704), in canonical form. */
static void civic_number(size_t serial, char ret_text[static CIVIC_TEXT_BYTES])
{
    char digits[CIVIC_TEXT_BYTES + 16];
    const size_t day = serial / 1000;
    int sum = 0;

    (void)snprintf(digits, sizeof digits, "%04zu%02zu%02zu%03zu", (size_t)1800 + day / 336, day / 28 % 12 + 1,
                   day % 28 + 1, serial % 1000);
    for (int i = 2; i < 11; i++) {
        const int doubled = (digits[i] - '0') * (i % 2 == 0 ? 2 : 1);
        sum += doubled / 10 + doubled % 10;
    }
    (void)snprintf(digits + 11, 2, "%d", (10 - sum % 10) % 10);
    if (civic_parse(digits, ret_text) != STATUS_OK)
        abort();
}

static const struct period always = {DAY_ALWAYS, DAY_FOREVER};

static void describe_staff(struct school *school, struct roll *roll, size_t number)
{
    for (size_t i = 0; i < STAFF; i++) {
        const struct person_id person = {uuid_new()};
        roll->staff[i] = person;
        (void)snprintf(school->subjects[i], NAME_BYTES, "%s-%zu-%zu", i == 0 ? "rektor" : "teacher", number, i);
        school->persons[i] =
            (struct seed_person){person, PICK(given_names, number + i), PICK(family_names, number * 7 + i), false};
        school->identities[i] = (struct seed_identity){person, issuer, school->subjects[i]};
        school->memberships[i] = (struct seed_membership){.person = person,
                                                          .at_school = true,
                                                          .school = roll->school,
                                                          .role = i == 0 ? ROLE_REKTOR : ROLE_CONTACT_TEACHER,
                                                          .period = always};
    }
}

static void describe_students(struct school *school, struct roll *roll, size_t number)
{
    for (size_t i = 0; i < STUDENTS; i++) {
        const struct student_id student = {uuid_new()};
        roll->students[i] = student;
        civic_number(number * STUDENTS + i, school->numbers[i]);
        school->students[i] = (struct seed_student){.id = student,
                                                    .given_name = PICK(given_names, number * 3 + i),
                                                    .family_name = PICK(family_names, number + i * 5),
                                                    .civic_number = school->numbers[i]};
        school->enrolments[i] = (struct seed_enrolment){student, roll->school, always};
        school->members[i] = (struct seed_group_member){school->groups[i / CLASS].id, student, always};
        school->ties[i] = (struct seed_tie){student, roll->staff[1 + i / CLASS], TIE_CONTACT_TEACHER, always};
    }
}

static void describe(struct filling *filling, size_t number, struct school *school)
{
    struct roll *roll = &filling->rolls[number];

    roll->school = (struct school_id){uuid_new()};
    (void)snprintf(school->name, NAME_BYTES, "Skole %zu", number);
    school->school = (struct seed_school){roll->school, school->name, {"sikker-sak", "notes", NULL}};
    for (size_t i = 0; i < CLASSES; i++) {
        (void)snprintf(school->classes[i], NAME_BYTES, "%zu%c", i / 2 + 1, i % 2 == 0 ? 'A' : 'B');
        school->groups[i] = (struct seed_group){{uuid_new()}, roll->school, "class", school->classes[i]};
    }
    describe_staff(school, roll, number);
    describe_students(school, roll, number);
    school->seed = (struct seed){
        .organisation = filling->organisation,
        .persons = school->persons,
        .n_persons = STAFF,
        .identities = school->identities,
        .n_identities = STAFF,
        .memberships = school->memberships,
        .n_memberships = STAFF,
        .groups = school->groups,
        .n_groups = CLASSES,
        .students = school->students,
        .n_students = STUDENTS,
        .enrolments = school->enrolments,
        .n_enrolments = STUDENTS,
        .group_members = school->members,
        .n_group_members = STUDENTS,
        .ties = school->ties,
        .n_ties = STUDENTS,
    };
}

/* ---- Storing it --------------------------------------------------------------------------------------------------------- */

/* One job: a school, or a chunk of one part of its seed. */
struct fill_job {
    struct logged_job job;
    struct activity_row row;
    const struct organisation_id *organisation;
    const struct seed_school *school;
    const struct seed_part *part;
    void *prepared[CHUNK];
    size_t n;
};

static struct fill_job *fill_job_of(struct job *job)
{
    return (struct fill_job *)((char *)job - offsetof(struct fill_job, job.job));
}

static enum status submit(struct house *house, struct fill_job *job, struct arena *arena,
                          enum status (*run)(struct tx *tx, struct job *job))
{
    job->row = (struct activity_row){
        .organisation = *job->organisation,
        .actor_kind = ACTOR_LOCAL,
        .operation = "init",
        .object_kind = "organisation",
        .object = {true, job->organisation->uuid},
        .outcome = OUTCOME_ALLOWED,
        .ground = "M1.local",
        .request = uuid_new(),
    };
    job->job = (struct logged_job){
        .job = {.run = run, .arena = arena, .bytes = CHUNK * ITEM_BYTES}, .rows = &job->row, .n_rows = 1};
    return store_write(house->store, &job->job.job);
}

static enum status run_school(struct tx *tx, struct job *job)
{
    const struct fill_job *fill = fill_job_of(job);

    TRY(seed_store_school(tx, fill->organisation, fill->school));
    return activity_plant(tx, fill->organisation, (struct maybe_uuid){true, fill->school->id.uuid});
}

static enum status run_chunk(struct tx *tx, struct job *job)
{
    const struct fill_job *fill = fill_job_of(job);

    for (size_t i = 0; i < fill->n; i++)
        TRY(fill->part->store(tx, fill->prepared[i]));
    return STATUS_OK;
}

/* Keys are made in advance, many in one transaction. */
static enum status refill(struct filling *filling)
{
    pthread_mutex_lock(&filling->refill);
    enum status status = call_refill_keys(filling->house);
    pthread_mutex_unlock(&filling->refill);
    return status;
}

static enum status prepare(struct filling *filling, struct fill_job *job, const char *items, struct arena *arena)
{
    struct seed_desk desk = {.vault = filling->house->vault, .arena = arena};
    auto_session session = NULL;

    TRY(refill(filling));
    TRY(vault_organisation(filling->house->vault, job->organisation, &desk.keys));
    TRY(session_begin(filling->house->store, arena, &session));
    desk.session = session;
    for (size_t i = 0; i < job->n; i++)
        TRY(job->part->prepare(&desk, items + i * job->part->size, &job->prepared[i]));
    return STATUS_OK;
}

static enum status store_part(struct filling *filling, const struct seed *seed, const struct seed_part *part)
{
    const char *items = *(const char *const *)((const char *)seed + part->items);
    const size_t count = *(const size_t *)((const char *)seed + part->count);

    for (size_t first = 0; first < count; first += CHUNK) {
        auto_arena arena = arena_new(ARENA_BYTES);
        struct fill_job job = {
            .organisation = &seed->organisation.id, .part = part, .n = count - first < CHUNK ? count - first : CHUNK};

        if (arena == NULL)
            return STATUS_NO_MEMORY;
        TRY(prepare(filling, &job, items + first * part->size, arena));
        TRY(submit(filling->house, &job, arena, run_chunk));
    }
    return STATUS_OK;
}

static enum status store_school(struct filling *filling, const struct school *school)
{
    auto_arena arena = arena_new(ARENA_BYTES);
    struct fill_job job = {.organisation = &filling->organisation.id, .school = &school->school};

    if (arena == NULL)
        return STATUS_NO_MEMORY;
    TRY(submit(filling->house, &job, arena, run_school));
    for (size_t i = 0; i < seed_n_parts; i++)
        TRY(store_part(filling, &school->seed, &seed_parts[i]));
    return STATUS_OK;
}

/* ---- Its personsaker ---------------------------------------------------------------------------------------------------- */

/* A number in its name makes each text another, of a length that teachers write. */
static const char note[] = "%zu. Sto alene ved gjerdet i storefri og ville ikke være med på leken da de andre spurte. "
                           "Sa at det var greit, men så ned hele tiden. "
                           "Snakket med henne etterpå: hun forteller at to på trinnet hvisker når hun går forbi, og at "
                           "hun ikke vil si hvem. Avtalt at hun kommer til meg "
                           "i morgen før første time, at inspiserende voksne ser etter henne i begge friminuttene "
                           "denne uken, og at jeg ringer hjem i kveld. "
                           "Kontaktlærer på parallellklassen er orientert muntlig.";

/* A call as it comes through the API, by someone at that school, with memory of its own. */
struct filler {
    struct caller caller;
    struct failure failure;
    char key[UUID_TEXT_BYTES];
    struct call call;
};

static void filler_calls(struct filler *filler, const struct filling *filling, struct arena *arena, const char *subject,
                         const char *operation)
{
    const struct uuid key = uuid_new();

    *filler = (struct filler){.caller = {.organisation = filling->organisation.id,
                                         .client = "trygg-local",
                                         .strong = true,
                                         .scopes = SCOPE_READ | SCOPE_WRITE}};
    (void)snprintf(filler->caller.issuer, sizeof filler->caller.issuer, "%s", issuer);
    (void)snprintf(filler->caller.subject, sizeof filler->caller.subject, "%s", subject);
    uuid_format(&key, filler->key);
    filler->call = (struct call){.house = filling->house,
                                 .arena = arena,
                                 .caller = &filler->caller,
                                 .operation = operation,
                                 .request_id = uuid_new(),
                                 .idempotency_key = filler->key,
                                 .fingerprint = filler->key};
}

/* By the rektor; who leads it is the contact teacher. */
static enum status open_personsak(struct filling *filling, size_t number, size_t student)
{
    struct roll *roll = &filling->rolls[number];
    auto_arena arena = arena_new(ARENA_BYTES);
    struct outcome_of_write outcome;
    struct filler filler;
    char rektor[NAME_BYTES];

    if (arena == NULL)
        return STATUS_NO_MEMORY;
    (void)snprintf(rektor, sizeof rektor, "rektor-%zu-0", number);
    filler_calls(&filler, filling, arena, rektor, "openPersonsak");
    struct personsak_open open = {.student = roll->students[student],
                                  .school = roll->school,
                                  .new = {.sakstype = "skolemiljo",
                                          .category = "mobbing",
                                          .description = "Holdes utenfor i friminuttene.",
                                          .failure = &filler.failure}};
    TRY(call_write(&filler.call, &personsak_open_case, &open, &outcome));
    roll->personsaker[student] = outcome.receipt.id;
    return STATUS_OK;
}

/* By the contact teacher, one a day. */
static enum status add_hendelse(struct filling *filling, size_t number, size_t student, size_t day)
{
    auto_arena arena = arena_new(ARENA_BYTES);
    struct outcome_of_write outcome;
    struct filler filler;
    char teacher[NAME_BYTES], text[sizeof note + NAME_BYTES];

    if (arena == NULL)
        return STATUS_NO_MEMORY;
    (void)snprintf(teacher, sizeof teacher, "teacher-%zu-%zu", number, 1 + student / CLASS);
    (void)snprintf(text, sizeof text, note, day + 1);
    filler_calls(&filler, filling, arena, teacher, "addHendelse");
    struct hendelse_add add = {.personsak = {filling->rolls[number].personsaker[student]},
                               .kind = "journalnotat",
                               .category = "mobbing",
                               .text = text,
                               .happened_at = clock_now() - (int64_t)(HENDELSER - day) * 24 * HOUR_MS,
                               .failure = &filler.failure};
    return call_write(&filler.call, &hendelse_add_case, &add, &outcome);
}

/* Those of one school. */
static enum status open_personsaker(struct filling *filling, size_t number, void *space)
{
    (void)space;
    for (size_t student = 0; filling->every > 0 && student < STUDENTS; student += filling->every) {
        TRY(open_personsak(filling, number, student));
        for (size_t day = 0; day < HENDELSER; day++)
            TRY(add_hendelse(filling, number, student, day));
    }
    return STATUS_OK;
}

/* ---- Its log -------------------------------------------------------------------------------------------------------------- */

static enum status run_nothing(struct tx *tx, struct job *job)
{
    (void)tx;
    (void)job;
    return STATUS_OK;
}

/* A day at school: mostly a teacher reads one of the class, sometimes the list of it. */
static struct activity_row leaf(const struct filling *filling, const struct roll *roll, size_t number)
{
    const size_t class = number % CLASSES;
    const struct student_id *students = &roll->students[class * CLASS];
    const struct uuid student = students[number / CLASSES % CLASS].uuid;
    struct activity_row row = {
        .organisation = filling->organisation.id,
        .actor_kind = ACTOR_PERSON,
        .actor = {true, roll->staff[1 + class].uuid},
        .client = "trygg-local",
        .operation = "getStudent",
        .object_kind = "student",
        .object = {true, student},
        .student = {true, student},
        .school = {true, roll->school.uuid},
        .outcome = OUTCOME_ALLOWED,
        .ground = "S2.tie.contactTeacher",
        .request = uuid_new(),
    };

    if (number % 10 != 0)
        return row;
    row.operation = "listStudents";
    row.object = row.student = (struct maybe_uuid){0};
    row.ground = "S3.staff";
    row.shown = &students->uuid;
    row.n_shown = CLASS;
    return row;
}

/* Block after block goes round all schools, as the log of a day does. */
static enum status log_block(struct filling *filling, size_t number, void *space)
{
    const struct roll *roll = &filling->rolls[number % filling->n_schools];
    struct activity_row *rows = space;
    auto_arena arena = arena_new(ARENA_BYTES);
    struct logged_job job = {
        .job = {.run = run_nothing, .arena = arena, .bytes = LEAVES * LEAF_BYTES}, .rows = rows, .n_rows = LEAVES};

    if (arena == NULL)
        return STATUS_NO_MEMORY;
    for (size_t i = 0; i < LEAVES; i++)
        rows[i] = leaf(filling, roll, number / filling->n_schools * LEAVES + i);
    return store_write(filling->house->store, &job.job);
}

static enum status make_school(struct filling *filling, size_t number, void *space)
{
    describe(filling, number, space);
    return store_school(filling, space);
}

/* ---- In several threads --------------------------------------------------------------------------------------------------- */

/* Work that is done n times by whichever thread is free. */
struct work {
    const char *what;
    struct filling *filling;
    size_t n;
    size_t space; /* of each thread's own */
    enum status (*once)(struct filling *filling, size_t number, void *space);
};

static enum status work_on(const struct work *work, void *space)
{
    struct filling *filling = work->filling;

    for (size_t number = 0; filling->failed == STATUS_OK;) {
        number = atomic_fetch_add(&filling->next, 1);
        if (number >= work->n)
            break;
        TRY(work->once(filling, number, space));
        if (number % (work->n / REPORTS + 1) == 0)
            (void)fprintf(stderr, "%s: %zu of %zu\n", work->what, number, work->n);
    }
    return STATUS_OK;
}

static void *work_thread(void *context)
{
    const struct work *work = context;
    void *space = calloc(1, work->space);
    enum status status = space == NULL ? STATUS_NO_MEMORY : work_on(work, space);

    free(space);
    if (status != STATUS_OK)
        work->filling->failed = status;
    return NULL;
}

static enum status do_all(struct work work)
{
    pthread_t threads[THREADS];

    work.filling->next = 0;
    for (size_t i = 0; i < THREADS; i++)
        if (pthread_create(&threads[i], NULL, work_thread, &work) != 0)
            abort();
    for (size_t i = 0; i < THREADS; i++)
        (void)pthread_join(threads[i], NULL);
    (void)fprintf(stderr, "%s: %zu of %zu\n", work.what, work.n, work.n);
    return work.filling->failed;
}

/* Each line a teacher and the personsaker that they lead. */
static void print_personsaker(const struct filling *filling, size_t number)
{
    const struct roll *roll = &filling->rolls[number];
    char text[UUID_TEXT_BYTES];

    for (size_t class = 0; class < CLASSES; class ++) {
        printf("teacher-%zu-%zu", number, 1 + class);
        for (size_t i = class * CLASS; i < (class + 1) * CLASS; i++) {
            uuid_format(&roll->personsaker[i], text);
            if (!uuid_is_nil(&roll->personsaker[i]))
                printf(" %s", text);
        }
        putchar('\n');
    }
}

static void print_rolls(const struct filling *filling)
{
    char text[UUID_TEXT_BYTES];

    for (size_t number = 0; number < filling->n_schools; number++) {
        printf("rektor-%zu-0", number);
        for (size_t i = 0; i < STUDENTS; i++) {
            uuid_format(&filling->rolls[number].students[i].uuid, text);
            printf(" %s", text);
        }
        putchar('\n');
        if (filling->every > 0)
            print_personsaker(filling, number);
    }
}

/* What a daemon would have done while the rows came: without it, the first thing that the measured one did would be this. A run that has not
 * used its time up has found nothing more to do. */
static enum status look_all_up(struct filling *filling)
{
    for (int64_t begun = 0; clock_monotonic() - begun > HARDLY_MS || !uuid_is_nil(&filling->house->looked_up);) {
        begun = clock_monotonic();
        TRY(call_look_all_up(filling->house));
    }
    return STATUS_OK;
}

static enum status fill(struct filling *filling)
{
    TRY(do_all((struct work){"schools", filling, filling->n_schools, sizeof(struct school), make_school}));
    TRY(do_all((struct work){"schools with personsaker", filling, filling->n_schools, 1, open_personsaker}));
    TRY(do_all(
        (struct work){"blocks of the log", filling, filling->blocks, LEAVES * sizeof(struct activity_row), log_block}));
    TRY(look_all_up(filling));
    print_rolls(filling);
    return STATUS_OK;
}

static void end_at_once(void *context)
{
    (void)context;
    abort();
}

int main(int argc, char **argv)
{
    struct filling filling = {.refill = PTHREAD_MUTEX_INITIALIZER};
    struct house_settings settings = {.commit_unknown = end_at_once};
    enum house_fault fault = HOUSE_FINE;

    if (argc != 8 || uuid_parse(argv[4], &filling.organisation.id.uuid) != STATUS_OK ||
        clock_set_zone(argv[3]) != STATUS_OK) {
        (void)fputs("usage: bench_fill DATA_DIRECTORY MASTER_KEY_FILE TIME_ZONE ORGANISATION_ID STUDENTS ROWS "
                    "ONE_PERSONSAK_IN\n",
                    stderr);
        return EX_USAGE;
    }
    umask(077);
    settings.directory = argv[1];
    settings.master_key_file = argv[2];
    settings.time_zone = argv[3];
    filling.n_schools = (strtoul(argv[5], NULL, 10) + STUDENTS - 1) / STUDENTS;
    filling.blocks = strtoul(argv[6], NULL, 10) / LEAVES;
    filling.every = strtoul(argv[7], NULL, 10);
    filling.rolls = calloc(filling.n_schools, sizeof *filling.rolls);
    enum status status = filling.rolls == NULL ? STATUS_NO_MEMORY : house_open(&settings, &filling.house, &fault);
    if (status == STATUS_OK)
        status = fill(&filling);
    house_close(filling.house);
    free(filling.rolls);
    if (status != STATUS_OK)
        (void)fprintf(stderr, "bench_fill: %s (fault %d)\n", status_name(status), (int)fault);
    return status == STATUS_OK && fflush(stdout) == 0 ? EXIT_SUCCESS : EX_SOFTWARE;
}
