/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Purpose: civic numbers: published examples and test series, and numbers built here with check digits of their own.
 * May not: hold the number of a living person; Norwegian literals are of people born in 2039, Swedish ones published for tests.
 * Always:  the builder below shares no code with what it tests.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "base/civic.h"

static void assert_refused(const char *text)
{
    char canonical[CIVIC_TEXT_BYTES] = "untouched";
    assert_int_equal(civic_parse(text, canonical), STATUS_INVALID);
    assert_string_equal(canonical, "untouched");
}

static void assert_taken(const char *text, const char *expected)
{
    char canonical[CIVIC_TEXT_BYTES];
    assert_int_equal(civic_parse(text, canonical), STATUS_OK);
    assert_string_equal(canonical, expected);
}

static void S1_published_swedish_numbers_are_taken_in_one_form(void **state)
{
    (void)state;
    static const char *const numbers[][2] = {
        {"196408233234", "SE:196408233234"},  /* the example of SKV 704 */
        {"19640823-3234", "SE:196408233234"}, /* the same with a dash: the same person */
        {"197010632391", "SE:197010632391"},  /* the samordningsnummer of SKV 707 */
        {"19701063-2391", "SE:197010632391"}, {"189001019802", "SE:189001019802"}, /* the published test series */
        {"198507099805", "SE:198507099805"},  {"191212121212", "SE:191212121212"}, /* the specimen of every form */
    };
    for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++)
        assert_taken(numbers[i][0], numbers[i][1]);
}

static void S1_any_single_wrong_digit_of_a_swedish_number_is_refused(void **state)
{
    (void)state;
    for (size_t at = 2; at < 12; at++) {
        for (char digit = '0'; digit <= '9'; digit++) {
            char number[] = "191212121212";
            if (number[at] == digit)
                continue;
            number[at] = digit;
            assert_refused(number);
        }
    }
}

/* Fills in the last digit so that the Luhn sum over the last ten is right. */
static void swedish(const char *date, unsigned serial, char ret_number[static 13])
{
    (void)snprintf(ret_number, 13, "%8.8s%03u0", date, serial % 1000);
    int sum = 0;
    for (int i = 11; i >= 2; i--) {
        int value = (ret_number[i] - '0') << ((11 - i) % 2);
        sum += value > 9 ? value - 9 : value;
    }
    ret_number[11] = (char)('0' + (100 - sum) % 10);
}

static void S1_the_date_of_a_swedish_number_must_exist(void **state)
{
    (void)state;
    static const struct {
        const char *date;
        bool exists;
    } dates[] = {
        {"19000228", true},  {"19000229", false}, {"20000229", true},  {"20040229", true},  {"20010229", false},
        {"19991231", true},  {"19991232", false}, {"19991301", false}, {"19990001", false}, {"19990100", false},
        {"19990431", false}, {"19990160", false}, {"19990161", true},  {"19990191", true},  {"19990192", false},
        {"19990289", false}, {"20000289", true},  {"17991231", false}, {"18000101", true},  {"20991231", true},
        {"21000101", false}, {"00000101", false}, {"19990149", false},
    };
    for (size_t i = 0; i < sizeof(dates) / sizeof(dates[0]); i++) {
        char number[13];
        char canonical[CIVIC_TEXT_BYTES];
        swedish(dates[i].date, 980, number);
        assert_int_equal(civic_parse(number, canonical), dates[i].exists ? STATUS_OK : STATUS_INVALID);
    }
}

/* Both check digits by the definition; false when the series skips this individnummer. */
static bool norwegian(const char *date, unsigned individual, char ret_number[static 12])
{
    static const int weights[2][10] = {{3, 7, 6, 1, 8, 9, 4, 5, 2, 0}, {5, 4, 3, 2, 7, 6, 5, 4, 3, 2}};
    (void)snprintf(ret_number, 12, "%6.6s%03u00", date, individual % 1000);
    for (int check = 0; check < 2; check++) {
        int sum = 0;
        for (int i = 0; i < 9 + check; i++)
            sum += (ret_number[i] - '0') * weights[check][i];
        int digit = (11 - sum % 11) % 11;
        if (digit == 10)
            return false;
        ret_number[9 + check] = (char)('0' + digit);
    }
    return true;
}

static void S1_norwegian_numbers_and_d_numbers_are_taken(void **state)
{
    (void)state;
    assert_taken("31123999935", "NO:31123999935");
    assert_taken("71123950040", "NO:71123950040");
    assert_taken("29023650078", "NO:29023650078");
}

static void S1_any_single_wrong_digit_of_a_norwegian_number_is_refused(void **state)
{
    (void)state;
    for (size_t at = 0; at < 11; at++) {
        for (char digit = '0'; digit <= '9'; digit++) {
            char number[] = "31123999935";
            if (number[at] == digit)
                continue;
            number[at] = digit;
            assert_refused(number);
        }
    }
}

static void S1_only_one_pair_of_check_digits_is_right(void **state)
{
    (void)state;
    int taken = 0;
    for (int pair = 0; pair < 100; pair++) {
        char number[16];
        char canonical[CIVIC_TEXT_BYTES];
        (void)snprintf(number, sizeof(number), "311239999%02d", pair);
        taken += civic_parse(number, canonical) == STATUS_OK;
    }
    assert_int_equal(taken, 1);
}

static void S1_the_individual_number_tells_the_norwegian_century(void **state)
{
    (void)state;
    static const struct {
        const char *date;
        unsigned from, until;
        bool exists;
    } ranges[] = {
        {"010100", 0, 499, true},    {"010199", 0, 499, true},    {"010154", 500, 749, true},
        {"010199", 500, 749, true},  {"010153", 500, 749, false}, {"010140", 500, 899, false},
        {"010154", 750, 899, false}, {"010199", 750, 899, false}, {"010100", 500, 999, true},
        {"010139", 500, 999, true},  {"010140", 900, 999, true},  {"010199", 900, 999, true},
        {"290200", 0, 499, false},   {"290200", 500, 999, true},  {"290236", 500, 999, true},
        {"290239", 500, 999, false}, {"290256", 500, 749, true},  {"290257", 500, 749, false},
        {"690236", 500, 999, true},  {"690239", 500, 999, false},
    };
    for (size_t i = 0; i < sizeof(ranges) / sizeof(ranges[0]); i++) {
        for (unsigned individual = ranges[i].from; individual <= ranges[i].until; individual++) {
            char number[12];
            char canonical[CIVIC_TEXT_BYTES];
            if (norwegian(ranges[i].date, individual, number))
                assert_int_equal(civic_parse(number, canonical), ranges[i].exists ? STATUS_OK : STATUS_INVALID);
        }
    }
}

static void S1_the_date_of_a_norwegian_number_must_exist(void **state)
{
    (void)state;
    static const char *const dates[] = {"000139", "320139", "010039", "011339", "310439", "400139", "720139",
                                        "018139", "014139", "810139", "410039", "710439", "990139"};
    for (size_t i = 0; i < sizeof(dates) / sizeof(dates[0]); i++) {
        for (unsigned individual = 500; individual < 1000; individual++) {
            char number[12];
            if (norwegian(dates[i], individual, number))
                assert_refused(number);
        }
    }
}

static void S1_any_other_form_is_refused(void **state)
{
    (void)state;
    static const char *const wrong[] = {
        "",
        "-",
        "6408233234", /* ten digits do not tell the century */
        "640823-3234",
        "640823+3234",
        "1964082-33234", /* a dash elsewhere */
        "196408233-234",
        "19640823--3234",
        "19640823-3234-",
        "-196408233234",
        "19640823+3234",
        " 196408233234",
        "196408233234 ",
        "1964082332345",
        "19640823323",
        "SE:196408233234",
        "311239-99935", /* Norwegian numbers have no dash */
        "31123999-935",
        "3112399993",
        "311239999355",
        "19640823\xe2\x80\x93"
        "3234",
        "\xd9\xa1\xd9\xa9"
        "6408233234",
        "1964O8233234",
        "999999999999999999999999999999999999999999",
    };
    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
        assert_refused(wrong[i]);
    assert_refused(NULL);
}

static void C1_a_number_is_found_behind_other_digits(void **state)
{
    (void)state;
    static const char *const found[] = {"123456-640823-3234",   "12345678-19640823-3234", "123456+196408233234",
                                        "20261122-31123999935", "123456-6408233234",      "19640823-3234-123456"};
    static const char *const none[] = {"123456-640823-3235", "20261122-31123999936", "123456-123456-123456-",
                                       "1234567890-1234567890"};
    for (size_t i = 0; i < sizeof(found) / sizeof(found[0]); i++)
        assert_true(civic_is_mentioned(found[i]));
    for (size_t i = 0; i < sizeof(none) / sizeof(none[0]); i++)
        assert_false(civic_is_mentioned(none[i]));
}

static void C1_a_number_is_found_in_any_usual_spelling(void **state)
{
    (void)state;
    static const char *const found[] = {"196408233234",    "19640823-3234", "640823-3234",
                                        "640823+3234",     "6408233234",    "31123999935",
                                        "nin:31123999935", "a-640823-3234", "no 31123999935."};
    static const char *const none[] = {"",
                                       "trygg-app",
                                       "640823-3235",
                                       "12345678901",
                                       "2026-11-21",
                                       "1700000000",
                                       "31123999936",
                                       "640823--3234",
                                       "99999999999",
                                       "x640823-3234y",
                                       "1196408233234",
                                       "0123-4567",
                                       "v1.2.3-4"};
    for (size_t i = 0; i < sizeof(found) / sizeof(found[0]); i++)
        assert_true(civic_is_mentioned(found[i]));
    for (size_t i = 0; i < sizeof(none) / sizeof(none[0]); i++)
        assert_false(civic_is_mentioned(none[i]));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(S1_published_swedish_numbers_are_taken_in_one_form),
        cmocka_unit_test(S1_any_single_wrong_digit_of_a_swedish_number_is_refused),
        cmocka_unit_test(S1_the_date_of_a_swedish_number_must_exist),
        cmocka_unit_test(S1_norwegian_numbers_and_d_numbers_are_taken),
        cmocka_unit_test(S1_any_single_wrong_digit_of_a_norwegian_number_is_refused),
        cmocka_unit_test(S1_only_one_pair_of_check_digits_is_right),
        cmocka_unit_test(S1_the_individual_number_tells_the_norwegian_century),
        cmocka_unit_test(S1_the_date_of_a_norwegian_number_must_exist),
        cmocka_unit_test(S1_any_other_form_is_refused),
        cmocka_unit_test(C1_a_number_is_found_in_any_usual_spelling),
        cmocka_unit_test(C1_a_number_is_found_behind_other_digits),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
