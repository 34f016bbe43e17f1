# SPDX-License-Identifier: EUPL-1.2
"""Certificates for a daemon on this machine, by an authority that nobody else trusts, and which one a daemon shows."""
import datetime
import ipaddress
import os
import socket
import ssl

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

FILES = {"tls_certificate_file": "server.crt", "tls_key_file": "server.key"}


class Authority:
    """Signs certificates for 127.0.0.1 and ::1."""

    def __init__(self, folder):
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Test authority")])
        self.file = folder / "authority.pem"
        certificate = self._builder(self.name, self.key).add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        self.file.write_bytes(certificate.sign(self.key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM))

    def _builder(self, subject, key, ends_in=1):
        now = datetime.datetime.utcnow()
        return (x509.CertificateBuilder().subject_name(subject).issuer_name(self.name).public_key(key.public_key())
                .serial_number(x509.random_serial_number()).not_valid_before(now - datetime.timedelta(days=50))
                .not_valid_after(now + datetime.timedelta(days=ends_in)))

    def issue(self, folder, key=None, form=serialization.PrivateFormat.PKCS8, ends_in=1):
        """Writes certificate and key where a configuration of this folder finds them; returns the serial number. ends_in: days."""
        key = key or ec.generate_private_key(ec.SECP256R1())
        addresses = [x509.IPAddress(ipaddress.ip_address(address)) for address in ("127.0.0.1", "::1")]
        certificate = (self._builder(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "server")]), key, ends_in)
                       .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost"), *addresses]), critical=False)
                       .sign(self.key, hashes.SHA256()))
        (folder / "server.crt").write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
        write_key(folder / "server.key", key, form=form)
        return certificate.serial_number


def write_key(path, key, mode=0o600, form=serialization.PrivateFormat.PKCS8):
    path.unlink(missing_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "wb") as file:
        file.write(key.private_bytes(serialization.Encoding.PEM, form, serialization.NoEncryption()))
    path.chmod(mode)


def make_certificate(files):
    """One for these files, where FILES says; its serial number."""
    return Authority(files.folder).issue(files.folder)


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


def serial_of(line):
    return x509.load_der_x509_certificate(line.getpeercert(binary_form=True)).serial_number


def shown_certificate(daemon):
    with connect(daemon) as line:
        return serial_of(line)
