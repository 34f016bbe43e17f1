# SPDX-License-Identifier: EUPL-1.2
# Tests of server/http/ without a socket; what needs one is in tests/api/test_http_edge.py, test_limits.py and test_tls.py.
foreach(topic address headers values language trace url router bodies connections peers stream figures stack request)
  trygg_test(test_http_${topic} unit ROOMS http base USES Threads::Threads)
endforeach()
