"""A certification authority for tests: real chains, right and wrong in one point each."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID


@dataclass(frozen=True)
class Issued:
    """A leaf with its key and its issuer, all PEM."""

    key: str
    leaf: str
    root: str

    @property
    def chain(self) -> str:
        return self.leaf + self.root

    def write(self, folder: Path) -> tuple[Path, Path, Path]:
        """key, leaf and root as files."""
        paths = folder / "key.pem", folder / "leaf.pem", folder / "root.pem"
        for path, text in zip(paths, (self.key, self.leaf, self.root), strict=True):
            path.write_text(text)
        return paths


def issued(
    *,
    organisation: str = "Somebody Ltd",
    purpose: x509.ObjectIdentifier | None = ExtendedKeyUsageOID.EMAIL_PROTECTION,
    critical: bool = False,
    days: tuple[int, int] = (-1, 30),
) -> Issued:
    """A chain of two, valid from days[0] to days[1] from today."""
    root_key, leaf_key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    root_name, leaf_name = _name(organisation, "root"), _name(organisation, "leaf")
    root = _begun(root_name, root_name, root_key.public_key(), days).add_extension(
        x509.BasicConstraints(ca=True, path_length=0), critical=True
    )
    leaf = _begun(leaf_name, root_name, leaf_key.public_key(), days).add_extension(
        x509.AuthorityKeyIdentifier.from_issuer_public_key(root_key.public_key()), critical=False
    )
    if purpose is not None:
        leaf = leaf.add_extension(x509.ExtendedKeyUsage([purpose]), critical=critical)
    root = root.add_extension(_usage(signs=False), critical=True)
    leaf = leaf.add_extension(_usage(signs=True), critical=True)
    pem = leaf_key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    made = [one.sign(root_key, hashes.SHA256()).public_bytes(Encoding.PEM).decode() for one in (leaf, root)]
    return Issued(pem, *made)


def _name(organisation: str, common: str) -> x509.Name:
    return x509.Name(
        [x509.NameAttribute(NameOID.ORGANIZATION_NAME, organisation), x509.NameAttribute(NameOID.COMMON_NAME, common)]
    )


def _begun(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePublicKey, days: tuple[int, int]
) -> x509.CertificateBuilder:
    now = datetime.now(UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now + timedelta(days=days[0]))
        .not_valid_after(now + timedelta(days=days[1]))
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
    )


def _usage(*, signs: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=signs,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=not signs,
        crl_sign=not signs,
        encipher_only=False,
        decipher_only=False,
    )
