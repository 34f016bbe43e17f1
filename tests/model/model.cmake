# SPDX-License-Identifier: EUPL-1.2
# The decision model beside the daemon's policy: a short comparison here, three hundred thousand worlds in .ci/run.
add_executable(policy_oracle ${CMAKE_CURRENT_LIST_DIR}/policy_oracle.c)
target_include_directories(policy_oracle PRIVATE ${CMAKE_SOURCE_DIR}/server)
target_link_libraries(policy_oracle PRIVATE trygg_flags room_policy room_base)
add_test(NAME model_agrees_with_policy
         COMMAND ${TRYGG_PYTHON} -B ${CMAKE_CURRENT_LIST_DIR}/compare.py --worlds 20000 --processes 1 $<TARGET_FILE:policy_oracle>)
trygg_script(model_notices_each_change_of_a_rule
             COMMAND ${TRYGG_PYTHON} -B ${CMAKE_CURRENT_LIST_DIR}/test_model.py $<TARGET_FILE:policy_oracle>)
