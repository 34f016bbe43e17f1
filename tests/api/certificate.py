# SPDX-License-Identifier: EUPL-1.2
"""A certificate of one's own for 127.0.0.1, and which one a daemon shows."""
import datetime
import hashlib
import ipaddress
import socket
import ssl

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec


def make_certificate(files, name):
    """chain.pem and key.pem in the folder of these files; the fingerprint."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
    now = datetime.datetime.utcnow()
    made = (x509.CertificateBuilder().subject_name(subject).issuer_name(subject).public_key(key.public_key())
            .serial_number(x509.random_serial_number()).not_valid_before(now - datetime.timedelta(hours=1))
            .not_valid_after(now + datetime.timedelta(days=2))
            .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False)
            .sign(key, hashes.SHA256()))
    chain, key_file = files.folder / "chain.pem", files.folder / "key.pem"
    key_file.touch(mode=0o600)
    chain.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    key_file.write_bytes(key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()))
    return made.fingerprint(hashes.SHA256())


def connect(daemon, timeout=30):
    """A line to the daemon, whoever it says it is: over TLS where its address says so."""
    scheme, _, address = daemon.url.partition("://")
    host, port = address.split(":")
    line = socket.create_connection((host, int(port)), timeout=timeout)
    if scheme == "http":
        return line
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    return context.wrap_socket(line)


def shown_certificate(daemon):
    with connect(daemon) as line:
        return hashlib.sha256(line.getpeercert(binary_form=True)).digest()
