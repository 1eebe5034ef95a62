"""Certificates for manifests: a signer with its chain, and the development chain that is made on first run."""

import os
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from media_jobs.labelling.c2pa.library import SIGNING_PURPOSES
from media_jobs.labelling.errors import media_error
from media_jobs.labelling.signing import KeySigner, Signer

DEVELOPMENT = "Hallmark development"  # organisation of a chain that proves nothing
_MARK = b"-----BEGIN CERTIFICATE-----"


@dataclass(frozen=True)
class Identity:
    """Who signs manifests.

    Attributes:
        signer: holds the leaf's key, or reaches it.
        chain: PEM, leaf first.
    """

    signer: Signer
    chain: str

    @property
    def certificates(self) -> list[x509.Certificate]:
        """The chain, leaf first."""
        return x509.load_pem_x509_certificates(self.chain.encode())

    @property
    def anchors(self) -> str:
        """PEM of the self-signed end of the chain, "" where the chain leaves it out."""
        last = self.certificates[-1]
        return last.public_bytes(Encoding.PEM).decode() if last.subject == last.issuer else ""

    @property
    def is_development(self) -> bool:
        """It was made on first run: everybody's reader will call it untrusted."""
        return _organisation(self.certificates[0]) == DEVELOPMENT

    def check(self, now: datetime | None = None) -> None:
        """Nothing when a manifest signed with it can validate.

        Raises:
            MediaError: c2pa.bad_chain.
        """
        try:
            certificates = self.certificates
        except ValueError:
            raise media_error("c2pa.bad_chain", reason="PEM") from None
        leaf, moment = certificates[0], now or datetime.now(UTC)
        public = leaf.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        if public != self.signer.public_key:
            raise media_error("c2pa.bad_chain", reason="key")
        if not leaf.not_valid_before_utc <= moment < leaf.not_valid_after_utc:
            raise media_error("c2pa.bad_chain", reason="validity")
        try:
            purposes = leaf.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
        except x509.ExtensionNotFound:
            purposes = x509.ExtendedKeyUsage([])
        if not set(SIGNING_PURPOSES) & {purpose.dotted_string for purpose in purposes}:
            raise media_error("c2pa.bad_chain", reason="EKU")


def development(file: Path) -> Identity:
    """The chain kept in `file` with its key, made on first use (mode 0600).

    Of two processes that start together one chain wins; the root's key is thrown away, so no further certificate can
    ever hang from it.
    """
    if not file.exists():
        file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        draft = file.with_name(f".{file.name}.{os.getpid()}.{secrets.token_hex(4)}")
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as stream:
            stream.write(_made())
        try:
            os.link(draft, file)  # never overwrites: the first process wins
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    key, mark, chain = file.read_bytes().partition(_MARK)
    return Identity(KeySigner(key.decode()), (mark + chain).decode())


def _made() -> bytes:
    """PEM: the leaf's key, the leaf, the root."""
    root_key, leaf_key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    root_name, leaf_name = _name("Hallmark development root"), _name("Hallmark development claim signer")
    root = (
        _begun(root_name, root_name, root_key.public_key())
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(signs_certificates=True), critical=True)
        .sign(root_key, hashes.SHA256())
    )
    leaf = (
        _begun(leaf_name, root_name, leaf_key.public_key())
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(signs_certificates=False), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.EMAIL_PROTECTION]), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(root_key.public_key()), critical=False)
        .sign(root_key, hashes.SHA256())
    )
    key = leaf_key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return key + leaf.public_bytes(Encoding.PEM) + root.public_bytes(Encoding.PEM)


def _name(common: str) -> x509.Name:
    return x509.Name(
        [x509.NameAttribute(NameOID.ORGANIZATION_NAME, DEVELOPMENT), x509.NameAttribute(NameOID.COMMON_NAME, common)]
    )


def _begun(subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePublicKey) -> x509.CertificateBuilder:
    now = datetime.now(UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=3650))
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
    )


def _usage(*, signs_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs_certificates,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=signs_certificates,
        crl_sign=signs_certificates,
        encipher_only=False,
        decipher_only=False,
    )


def _organisation(certificate: x509.Certificate) -> str:
    found = certificate.subject.get_attributes_for_oid(NameOID.ORGANIZATION_NAME)
    return str(found[0].value) if found else ""
