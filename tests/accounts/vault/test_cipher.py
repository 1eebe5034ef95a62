"""Sealed values open where they belong, with the key that sealed them, unchanged; otherwise nothing comes out."""

import base64

import pytest

from accounts.vault import cipher, findable
from accounts.vault.blindindex import blind
from accounts.vault.errors import KeyringError, TamperedError, UnknownKeyError, VaultError
from accounts.vault.keyring import Keyring, parse_key

OLD = Keyring.parse("k1:" + "11" * 32)
NEW = Keyring.parse("k2:" + "22" * 32 + ", k1:" + "11" * 32)
ONLY_NEW = Keyring.parse("k2:" + "22" * 32)


def flip(text: str, position: int) -> str:
    head, key_id, body = text.split(".")
    raw = bytearray(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))
    raw[position] ^= 1
    return ".".join((head, key_id, base64.urlsafe_b64encode(bytes(raw)).rstrip(b"=").decode()))


@pytest.mark.parametrize("plain", [b"", b"+8613800138000", "张三".encode(), bytes(range(256)) * 40])
@pytest.mark.parametrize(
    ("seal", "unseal"), [(cipher.seal, cipher.unseal), (findable.seal_findable, findable.unseal_findable)]
)
def test_what_was_sealed_comes_out(seal, unseal, plain):
    assert unseal(OLD, seal(OLD, plain, aad="people.user.phone"), aad="people.user.phone") == plain


@pytest.mark.parametrize(
    ("seal", "unseal"), [(cipher.seal, cipher.unseal), (findable.seal_findable, findable.unseal_findable)]
)
class TestFailsClosed:
    def test_another_place(self, seal, unseal):
        sealed = seal(OLD, b"secret", aad="people.user.phone")

        with pytest.raises(TamperedError) as refusal:
            unseal(OLD, sealed, aad="people.user.name")
        assert refusal.value.code == "vault.tampered"

    def test_every_flipped_byte(self, seal, unseal):
        sealed = seal(OLD, b"secret", aad="a")
        size = len(base64.urlsafe_b64decode(sealed.split(".")[2] + "=="))

        for position in range(size):
            with pytest.raises(TamperedError):
                unseal(OLD, flip(sealed, position), aad="a")

    def test_a_key_that_is_gone(self, seal, unseal):
        with pytest.raises(UnknownKeyError) as refusal:
            unseal(ONLY_NEW, seal(OLD, b"secret", aad="a"), aad="a")
        assert refusal.value.code == "vault.unknown_key"

    def test_the_id_of_another_key(self, seal, unseal):
        head, _, body = seal(OLD, b"secret", aad="a").split(".")

        with pytest.raises(TamperedError):
            unseal(NEW, f"{head}.k2.{body}", aad="a")

    @pytest.mark.parametrize("junk", ["", "plain", "a.b", "v1.k1.!!!", "s1.k1.", "v9.k1.AAAA", "v1.k1.é", "v1.k1.AA"])
    def test_what_was_never_sealed(self, seal, unseal, junk):
        with pytest.raises(VaultError):
            unseal(OLD, junk, aad="a")


def test_equal_values_look_different_unless_they_must_be_found():
    assert cipher.seal(OLD, b"x", aad="a") != cipher.seal(OLD, b"x", aad="a")
    assert findable.seal_findable(OLD, b"x", aad="a") == findable.seal_findable(OLD, b"x", aad="a")
    assert findable.seal_findable(OLD, b"x", aad="a") != findable.seal_findable(OLD, b"x", aad="b")


def test_a_new_first_key_seals_and_the_old_one_still_opens():
    old = cipher.seal(OLD, b"secret", aad="a")

    assert cipher.key_id_of(cipher.seal(NEW, b"secret", aad="a")) == "k2"
    assert cipher.unseal(NEW, old, aad="a") == b"secret"
    assert findable.seal_findable(OLD, b"x", aad="a") in findable.candidates(NEW, b"x", aad="a")


def test_the_blind_index_is_stable_and_separated_by_domain_and_key():
    key = parse_key("33" * 32)

    assert blind(key, "people.phone", "+86138") == blind(key, "people.phone", "+86138")
    assert len({
        blind(key, "people.phone", "+86138"),
        blind(key, "people.email", "+86138"),
        blind(parse_key("44" * 32), "people.phone", "+86138"),
        blind(key, "people.phone+", "86138"),  # the border between domain and value cannot be moved
    }) == 4  # fmt: skip


@pytest.mark.parametrize(
    "text", ["", "k1", "k1:zz", "k1:" + "1" * 63, "K 1:" + "11" * 32, f"a:{'11' * 32},a:{'22' * 32}"]
)
def test_unusable_keys_are_refused(text):
    with pytest.raises(KeyringError) as refusal:
        Keyring.parse(text)
    assert refusal.value.code == "vault.keyring"


def test_a_keyring_never_prints_its_keys():
    assert "11" not in repr(OLD)
    assert repr(NEW) == "Keyring(k2, k1)"
