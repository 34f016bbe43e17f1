# SPDX-License-Identifier: EUPL-1.2
trygg_test(test_policy_students unit ROOMS policy base)
trygg_test(test_policy_personsak unit ROOMS policy base)
