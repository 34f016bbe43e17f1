# SPDX-License-Identifier: EUPL-1.2
# Tests of server/http/ without a socket; what needs one is in tests/api/test_http_edge.py.
foreach(topic headers values language trace url router wipe connections)
  trygg_test(test_http_${topic} unit ROOMS http base USES Threads::Threads)
endforeach()
