"""Credentials: integrity and trust, on published files and on ones signed here."""

import datetime
import io
import json
import socket

import c2pa
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from PIL import Image

from takingstock.evidence.credentials import NO_LIST, read_credentials
from takingstock.records import BadFileError, Trust

# What the letters of the published test files mean: README of github.com/c2pa-org/public-testfiles, folder
# legacy/1.4/image: A and I have no credentials, C and CA are claims, E-sig-CA has a signature that does not validate.
PUBLISHED = {"A": "absent", "I": "absent", "C": "valid-untrusted", "CA": "valid-untrusted", "E-sig-CA": "invalid"}


@pytest.mark.parametrize(("name", "verdict"), PUBLISHED.items())
def test_published_files(shared, name, verdict):
    said, words = read_credentials(shared / f"c2pa/adobe-20220124-{name}.jpg", "image/jpeg", None)
    assert said.verdict == verdict
    if verdict == "invalid":
        assert said.codes[0] == "claimSignature.mismatch"
    if verdict == "valid-untrusted":
        assert words == NO_LIST
        assert said.trust is Trust.NOT_JUDGED
        assert said.signer == "C2PA Test Signing Cert / C2PA Signer"
        assert said.signed == "2023-01-24T14:48:56+00:00"


def named(common):
    return x509.Name([
        x509.NameAttribute(NameOID.COUNTRY_NAME, "XX"),
        x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Test"),
        x509.NameAttribute(NameOID.COMMON_NAME, common),
    ])  # fmt: skip


def authority(common):
    """(key, certificate) of a root made for this test."""
    key = ec.generate_private_key(ec.SECP256R1())
    return key, issued(key, named(common), key, named(common), ca=True)


def issued(key, subject, issuer_key, issuer, ca=False):
    now = datetime.datetime.now(datetime.UTC)
    usage = dict.fromkeys(
        (
            "content_commitment",
            "key_encipherment",
            "data_encipherment",
            "key_agreement",
            "encipher_only",
            "decipher_only",
        ),
        False,
    )
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=30))
        .add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
        .add_extension(x509.KeyUsage(digital_signature=not ca, key_cert_sign=ca, crl_sign=ca, **usage), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key.public_key()), critical=False)
    )
    if not ca:
        builder = builder.add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.EMAIL_PROTECTION]), critical=True)
    return builder.sign(issuer_key, hashes.SHA256())


def pem(certificate):
    return certificate.public_bytes(serialization.Encoding.PEM)


@pytest.fixture(scope="module")
def signed(tmp_path_factory):
    """(signed picture, PEM of its root, PEM of another root)."""
    folder = tmp_path_factory.mktemp("signed")
    root_key, root = authority("Root")
    key = ec.generate_private_key(ec.SECP256R1())
    leaf = issued(key, named("Camera"), root_key, named("Root"))
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    # No time stamping authority: None, since an empty text would be taken for an address.
    info = c2pa.C2paSignerInfo(c2pa.C2paSigningAlg.ES256, pem(leaf) + pem(root), private, None)
    plain, out = io.BytesIO(), io.BytesIO()
    Image.effect_noise((200, 150), 60).convert("RGB").save(plain, "JPEG", quality=90)
    plain.seek(0)
    made = {
        "action": "c2pa.created",
        "digitalSourceType": "http://cv.iptc.org/newscodes/digitalsourcetype/digitalCapture",
    }
    manifest = {
        "claim_generator_info": [{"name": "takingstock test", "version": "1"}],
        "title": "test",
        "assertions": [{"label": "c2pa.actions", "data": {"actions": [made]}}],
    }
    offline = {"verify": {"verify_after_sign": False, "ocsp_fetch": False, "remote_manifest_fetch": False}}
    with (
        c2pa.Context.from_dict(offline) as context,
        c2pa.Signer.from_info(info) as signer,
        c2pa.Builder(json.dumps(manifest), context) as builder,
    ):
        builder.sign(signer, "image/jpeg", plain, out)
    (folder / "signed.jpg").write_bytes(out.getvalue())
    (folder / "root.pem").write_bytes(pem(root))
    (folder / "other.pem").write_bytes(pem(authority("Other")[1]))
    return folder / "signed.jpg", folder / "root.pem", folder / "other.pem"


def test_trust_is_a_second_answer(signed):
    picture, root, other = signed
    said, words = read_credentials(picture, "image/jpeg", str(root))
    assert (said.verdict, said.trust, words) == ("valid-trusted", Trust.TRUSTED, "")
    said, _ = read_credentials(picture, "image/jpeg", str(other))
    assert (said.verdict, said.trust) == ("valid-untrusted", Trust.UNTRUSTED)
    assert "signingCredential.untrusted" in said.codes
    said, words = read_credentials(picture, "image/jpeg", None)
    assert (said.verdict, said.trust, words) == ("valid-untrusted", Trust.NOT_JUDGED, NO_LIST)
    assert said.signer == "Test / Camera"


def test_a_changed_pixel_breaks_it(signed, tmp_path):
    picture, root, _ = signed
    data = bytearray(picture.read_bytes())
    data[-200] ^= 0x01
    (tmp_path / "t.jpg").write_bytes(data)
    said, words = read_credentials(tmp_path / "t.jpg", "image/jpeg", str(root))
    assert said.verdict == "invalid"
    assert said.codes[0] == "assertion.dataHash.mismatch"
    assert words.startswith("assertion.dataHash.mismatch")


def test_a_damaged_manifest_is_not_absent(signed, tmp_path):
    data = bytearray(signed[0].read_bytes())
    at = data.find(b"c2pa.assertions")
    data[at - 30 : at - 10] = b"\xff" * 20
    (tmp_path / "t.jpg").write_bytes(data)
    assert read_credentials(tmp_path / "t.jpg", "image/jpeg", None)[0].verdict == "invalid"


def test_the_word_alone_is_no_manifest(tmp_path):
    Image.new("RGB", (8, 8)).save(tmp_path / "p.jpg", comment=b"c2pa")
    assert read_credentials(tmp_path / "p.jpg", "image/jpeg", None)[0].verdict == "absent"


def test_a_damaged_file_without_a_manifest_is_not_called_invalid(tmp_path):
    (tmp_path / "p.jpg").write_bytes(b"\xff\xd8\xff\xe1\xff\xffc2pa")
    with pytest.raises(BadFileError, match="cannot be searched"):
        read_credentials(tmp_path / "p.jpg", "image/jpeg", None)


def test_nothing_is_fetched(tmp_path):
    server = socket.create_server(("127.0.0.1", 0))
    server.setblocking(False)
    address = f"http://127.0.0.1:{server.getsockname()[1]}/m.c2pa"
    xmp = (
        '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
        f'<rdf:Description xmlns:dcterms="http://purl.org/dc/terms/" dcterms:provenance="{address}"/>'
        "</rdf:RDF></x:xmpmeta>"
    )
    Image.new("RGB", (8, 8)).save(tmp_path / "p.jpg", xmp=xmp.encode())
    with server:
        said, words = read_credentials(tmp_path / "p.jpg", "image/jpeg", None)
        assert said.verdict == "absent"
        assert "not fetched" in words
        with pytest.raises(BlockingIOError):
            server.accept()
