# SPDX-License-Identifier: EUPL-1.2
"""Connections that have asked once and then only stay open: what each of them costs in memory."""
import socket
import time
import urllib.parse

PER_SOURCE = 200  # the daemon limits the connections of one address: these come from several of loopback's


def _ask(connection, target, address):
    connection.sendall(f"GET {target.path} HTTP/1.1\r\nHost: {address}\r\nAuthorization: Bearer {target.token}\r\n\r\n".encode())
    return connection.recv(65536).startswith(b"HTTP/1.1 200 ")


def hold(server, target, n):
    """How many were held open at the same time after a good answer each, and the server's memory meanwhile in KiB."""
    url = urllib.parse.urlsplit(server.url)
    held = []
    try:
        for number in range(n):
            connection = socket.create_connection((url.hostname, url.port), 10, (f"127.0.0.{2 + number // PER_SOURCE}", 0))
            if not _ask(connection, target, url.netloc):
                connection.close()
                break
            held.append(connection)
        time.sleep(1)
        return len(held), server.memory()
    finally:
        for connection in held:
            connection.close()
