-- SPDX-License-Identifier: EUPL-1.2
-- What wrk sends, and what it says at the end: one line of JSON. Arguments: get | create SERIAL SCHOOL | hendelse SERIAL BODY | spread SERIAL TOKENS REQUESTS.
local kinds = {}

-- The same request again and again, as the command line says it.
function kinds.get() end

-- A personnummer of a day from 1800 on, with its check digit (SKV 704); another one for each serial below 100 million.
local function civic_number(serial)
    local day = math.floor(serial / 1000)
    local nine = string.format("%02d%02d%02d%03d", math.floor(day / 336) % 100, math.floor(day / 28) % 12 + 1, day % 28 + 1, serial % 1000)
    local sum = 0
    for i = 1, 9 do
        local digit = tonumber(nine:sub(i, i)) * (i % 2 == 1 and 2 or 1)
        sum = sum + math.floor(digit / 10) + digit % 10
    end
    return string.format("%d%s%d", 18 + math.floor(day / 33600), nine, -sum % 10)
end

-- A new student with each request: fresh key, name and civic number.
function kinds.create(serial, school)
    local headers = {["Content-Type"] = "application/json"}
    serial = tonumber(serial)
    for name, value in pairs(wrk.headers) do headers[name] = value end
    request = function()
        serial = serial + 1
        headers["Idempotency-Key"] = "bench-" .. serial
        local body = string.format('{"schoolId":"%s","givenName":"Ny %d","familyName":"Elev %d","civicNumber":"%s"}', school, serial,
            serial, civic_number(serial))
        return wrk.format("POST", "/v1/students", headers, body)
    end
end

-- The same hendelse again and again, each time with another key.
function kinds.hendelse(serial, body)
    local headers = {["Content-Type"] = "application/json"}
    serial = tonumber(serial)
    for name, value in pairs(wrk.headers) do headers[name] = value end
    request = function()
        serial = serial + 1
        headers["Idempotency-Key"] = "bench-" .. serial
        return wrk.format("POST", nil, headers, body)
    end
end

-- Lines of two files at random: tokens, and requests "NUMBER METHOD PATH BODY", by the number of their token.
function kinds.spread(serial, token_file, request_file)
    local tokens, requests = {}, {}
    for line in io.lines(token_file) do tokens[#tokens + 1] = "Bearer " .. line end
    for line in io.lines(request_file) do requests[#requests + 1] = line end
    local begun = os.time() -- a kept store remembers the keys of its last run
    serial = tonumber(serial)
    math.randomseed(begun)
    request = function()
        local token, method, path, body = requests[math.random(#requests)]:match("^(%d+) (%S+) (%S+) ?(.*)$")
        local headers = {Authorization = tokens[tonumber(token)], ["Content-Type"] = "application/json"}
        serial = serial + 1
        if method == "POST" then headers["Idempotency-Key"] = begun .. "-" .. serial end
        return wrk.format(method, path, headers, body)
    end
end

function init(args)
    kinds[args[1]](args[2], args[3], args[4])
end

function done(summary, latency)
    local errors = summary.errors
    io.write(string.format('{"requests": %d, "seconds": %.6f, "bytes": %d, "refused": %d, "broken": %d, "p50_us": %d, "p99_us": %d}\n',
        summary.requests, summary.duration / 1e6, summary.bytes, errors.status,
        errors.connect + errors.read + errors.write + errors.timeout, latency:percentile(50), latency:percentile(99)))
end
