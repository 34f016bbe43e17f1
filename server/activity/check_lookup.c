/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * check_lookup.c: what rows name, summed up, less what the look-ups say that they name.
 * May not touch anything but the look-ups: rows are handed to it as they come.
 * Always: an entry too few, too many or of another row is told with the rows of its tile; what is not looked up yet is nobody's fault.
 */
#include "activity/check_lookup.h"

#include <stdlib.h>
#include <string.h>

#include "statements.gen.h"

enum { WENT_EVERY = 1 << 16 };

static const char *const tables[ACTIVITY_NAMED_COUNT] = {
    [ACTIVITY_NAMED_ACTOR] = "activity_of_actor",
    [ACTIVITY_NAMED_STUDENT] = "activity_of_student",
};

/* An entry as it is hashed. */
struct element {
    struct uuid id;
    struct uuid tree;
    int64_t leaf_index;
};
_Static_assert(sizeof(struct element) == 2 * sizeof(struct uuid) + sizeof(int64_t), "no byte of it is left open");

void lookup_checking_free(struct lookup_checking *lookups)
{
    free(lookups->tiles);
    free(lookups->named);
}

/* ---- How far ------------------------------------------------------------------------------------------------------------ */

struct ends {
    const struct tree_checking *checking;
    struct checked_tree *trees;
    size_t n;
};

static enum status take_end(void *context, const void *found)
{
    const struct ends *ends = context;
    const struct checker *checker = ends->checking->checker;
    const struct sql_check_lookups_row *row = found;
    struct checked_tree *tree = row == NULL ? NULL : check_find_tree(ends->trees, ends->n, &row->tree);

    if (row == NULL || row->looked_up < 0)
        check_found(checker, &(struct finding){.table = "activity_lookup", .what = "has a row that cannot be read"});
    else if (tree == NULL)
        check_found_tree(checker, "activity_lookup", &row->tree, "is of a tree that is not there");
    else if ((uint64_t)row->looked_up > tree->size)
        check_found_tree(checker, "activity_lookup", &row->tree, "says that more rows are looked up than there are");
    if (row != NULL && row->looked_up >= 0 && tree != NULL)
        tree->looked_up = (uint64_t)row->looked_up < tree->size ? (uint64_t)row->looked_up : tree->size;
    return STATUS_OK;
}

enum status lookup_check_ends(const struct tree_checking *checking, struct checked_tree *trees, size_t n)
{
    struct ends ends = {checking, trees, n};

    return check_to_the_end(checking, "activity_lookup", sql_check_lookups(checking->session, take_end, &ends));
}

/* ---- Rows --------------------------------------------------------------------------------------------------------------- */

/* The tile of a row: the newest one, or a new one behind it. */
static enum status tile_for(struct lookup_checking *lookups, struct checked_tree *tree, uint64_t index,
                            struct lookup_tile **ret_tile)
{
    enum { FIRST_ROOM = 1024 };

    if (tree->n_tiles > 0 && lookups->tiles[lookups->n_tiles - 1].index == index) {
        *ret_tile = &lookups->tiles[lookups->n_tiles - 1];
        return STATUS_OK;
    }
    if (lookups->n_tiles == lookups->room) {
        const size_t room = lookups->room == 0 ? FIRST_ROOM : 2 * lookups->room;
        struct lookup_tile *tiles = reallocarray(lookups->tiles, room, sizeof *tiles);
        if (tiles == NULL)
            return STATUS_NO_MEMORY;
        lookups->tiles = tiles;
        lookups->room = room;
    }
    if (tree->n_tiles++ == 0)
        tree->first_tile = lookups->n_tiles;
    lookups->tiles[lookups->n_tiles] = (struct lookup_tile){.index = index};
    *ret_tile = &lookups->tiles[lookups->n_tiles++];
    return STATUS_OK;
}

static void add(struct lookup_checking *lookups, struct lookup_tile *tile, enum activity_named named,
                const struct element *element)
{
    tile->left[named] += set_summand(&lookups->keys[named], element, sizeof *element);
    lookups->expected++;
}

static int compare_ids(const void *left, const void *right)
{
    return uuid_compare(left, right);
}

/* As most do already. */
static bool ascend(const struct uuid *ids, size_t n)
{
    for (size_t i = 1; i < n; i++)
        if (uuid_compare(&ids[i - 1], &ids[i]) > 0)
            return false;
    return true;
}

/* The student that the row is about and those that it showed: each once. */
static enum status add_students(struct lookup_checking *lookups, struct lookup_tile *tile, struct element *element,
                                const struct sql_check_rows_row *row)
{
    const size_t n_shown = row->shown.len / UUID_BYTES, n = n_shown + (size_t)row->student.known;

    if (n > lookups->named_room) {
        struct uuid *named = reallocarray(lookups->named, n, sizeof *named);
        if (named == NULL)
            return STATUS_NO_MEMORY;
        lookups->named = named;
        lookups->named_room = n;
    }
    if (n_shown > 0)
        memcpy(lookups->named, row->shown.data, n_shown * UUID_BYTES);
    if (row->student.known)
        lookups->named[n_shown] = row->student.uuid;
    if (!ascend(lookups->named, n))
        qsort(lookups->named, n, sizeof *lookups->named, compare_ids);
    for (size_t i = 0; i < n; i++) {
        element->id = lookups->named[i];
        if (i == 0 || !uuid_equal(&element->id, &lookups->named[i - 1]))
            add(lookups, tile, ACTIVITY_NAMED_STUDENT, element);
    }
    return STATUS_OK;
}

enum status lookup_check_row(struct lookup_checking *lookups, struct checked_tree *tree,
                             const struct sql_check_rows_row *row)
{
    struct element element = {.tree = tree->id, .leaf_index = row->leaf_index};
    struct lookup_tile *tile = NULL;

    if ((uint64_t)row->leaf_index >= tree->looked_up)
        return STATUS_OK;
    TRY(tile_for(lookups, tree, (uint64_t)row->leaf_index / TILE_WIDTH, &tile));
    if (row->actor.known) {
        element.id = row->actor.uuid;
        add(lookups, tile, ACTIVITY_NAMED_ACTOR, &element);
    }
    return add_students(lookups, tile, &element, row);
}

/* ---- Entries ------------------------------------------------------------------------------------------------------------ */

/* One of the tables. */
struct entries {
    struct lookup_checking *lookups;
    const struct tree_checking *checking;
    struct checked_tree *trees;
    size_t n;
    enum activity_named named;
    struct checked_tree *tree; /* of the entry before */
};

static int compare_tiles(const void *key, const void *tile)
{
    const uint64_t a = *(const uint64_t *)key, b = ((const struct lookup_tile *)tile)->index;

    return (a > b) - (a < b);
}

/* NULL when no row of it was seen, which has been told. */
static struct lookup_tile *find_tile(const struct lookup_checking *lookups, const struct checked_tree *tree,
                                     uint64_t index)
{
    if (tree->n_tiles == 0)
        return NULL;
    return bsearch(&index, &lookups->tiles[tree->first_tile], tree->n_tiles, sizeof *lookups->tiles, compare_tiles);
}

static void take_in_tree(const struct entries *entries, const struct element *element)
{
    struct checked_tree *tree = entries->tree;
    const uint64_t index = (uint64_t)element->leaf_index;

    if (element->leaf_index < 0 || index >= tree->size) {
        tree->strays[entries->named]++;
        return;
    }
    struct lookup_tile *tile = index < tree->looked_up ? find_tile(entries->lookups, tree, index / TILE_WIDTH) : NULL;
    if (tile != NULL)
        tile->left[entries->named] -= set_summand(&entries->lookups->keys[entries->named], element, sizeof *element);
}

static enum status take_entry(struct entries *entries, const struct element *element)
{
    struct lookup_checking *lookups = entries->lookups;

    if (lookups->entries++ % WENT_EVERY == 0)
        check_went(entries->checking->checker, "look-ups", lookups->entries, lookups->expected);
    if (element == NULL) {
        check_found(entries->checking->checker,
                    &(struct finding){.table = tables[entries->named], .what = "has an entry that cannot be read"});
        return STATUS_OK;
    }
    if (entries->tree == NULL || !uuid_equal(&entries->tree->id, &element->tree))
        entries->tree = check_find_tree(entries->trees, entries->n, &element->tree);
    if (entries->tree != NULL)
        take_in_tree(entries, element);
    else
        check_found_tree(entries->checking->checker, tables[entries->named], &element->tree,
                         "is of a tree that is not there");
    return STATUS_OK;
}

static enum status take_of_actor(void *context, const void *found)
{
    const struct sql_check_of_actor_row *row = found;

    return take_entry(context, row == NULL ? NULL : &(struct element){row->actor, row->tree, row->leaf_index});
}

static enum status take_of_student(void *context, const void *found)
{
    const struct sql_check_of_student_row *row = found;

    return take_entry(context, row == NULL ? NULL : &(struct element){row->student, row->tree, row->leaf_index});
}

/* What is left when both have been seen. */
static void tell_tree(const struct entries *entries, const struct checked_tree *tree)
{
    const struct checker *checker = entries->checking->checker;

    for (size_t i = tree->first_tile; i < tree->first_tile + tree->n_tiles; i++) {
        const struct lookup_tile *tile = &entries->lookups->tiles[i];
        const uint64_t first = tile->index * TILE_WIDTH, last = first + TILE_WIDTH - 1;
        if (tile->left[entries->named] != 0)
            check_found_rows(checker, tables[entries->named], &tree->id, first,
                             last < tree->looked_up ? last : tree->looked_up - 1,
                             "says of these rows something else than they do");
    }
    if (tree->strays[entries->named] > 0)
        check_found_tree(checker, tables[entries->named], &tree->id, "has entries of rows that the tree has not");
}

static enum status check_table(struct entries *entries,
                               enum status (*each)(struct session *session,
                                                   enum status (*take)(void *context, const void *row), void *context),
                               enum status (*take)(void *context, const void *row))
{
    TRY(check_to_the_end(entries->checking, tables[entries->named], each(entries->checking->session, take, entries)));
    for (size_t i = 0; i < entries->n; i++)
        tell_tree(entries, &entries->trees[i]);
    return STATUS_OK;
}

enum status lookup_check_entries(struct lookup_checking *lookups, const struct tree_checking *checking,
                                 struct checked_tree *trees, size_t n)
{
    struct entries of_actor = {lookups, checking, trees, n, ACTIVITY_NAMED_ACTOR, NULL};
    struct entries of_student = {lookups, checking, trees, n, ACTIVITY_NAMED_STUDENT, NULL};

    TRY(check_table(&of_actor, sql_check_of_actor, take_of_actor));
    return check_table(&of_student, sql_check_of_student, take_of_student);
}
