"""The published vectors, whole: every section of vectors/tlog.json, accepted and rejected."""

import base64
import hashlib
import json
from pathlib import Path

import pytest
from pymerkle import InmemoryTree

from compliance.audit import checkpoints, merkle, notes, signing, tiles, tlogproof

VECTORS = json.loads((Path(__file__).parent / "vectors" / "tlog.json").read_text(encoding="utf-8"))
LEAVES = [merkle.leaf_hash(bytes.fromhex(item)) for item in VECTORS["tree_roots"]["leaf_inputs_hex"]]
MINI = VECTORS["mini_log"]


def b64(text: str) -> bytes:
    return base64.b64decode(text)


def name(case: dict) -> str:
    return case.get("file", "") + case["desc"]


def test_every_section_is_used():
    assert set(VECTORS) == {
        "note",
        "hashing",
        "tree_roots",
        "inclusion",
        "consistency",
        "signed_note",
        "checkpoint",
        "mini_log",
        "cosignature_v1_ed25519",
        "tile_paths",
        "tlog_proof_format",
        "witness_request",
    }


def test_hashing():
    empty, empty_leaf, leaf, node = (bytes.fromhex(case["want_hex"]) for case in VECTORS["hashing"]["vectors"])
    inputs = [bytes.fromhex(case["sha256_input_hex"]) for case in VECTORS["hashing"]["vectors"]]

    assert empty == merkle.EMPTY_ROOT
    assert empty_leaf == merkle.leaf_hash(inputs[1][1:])
    assert leaf == merkle.leaf_hash(inputs[2][1:])
    assert node == merkle.node_hash(inputs[3][1:5], inputs[3][5:])


def test_tree_roots():
    for size, want in enumerate(VECTORS["tree_roots"]["root_by_size_hex"]):
        assert bytes.fromhex(want) == merkle.root_of(LEAVES[:size])


@pytest.mark.parametrize("case", VECTORS["inclusion"]["positive"], ids=name)
def test_inclusion_is_accepted_and_generated(case: dict):
    index, size, proof = case["leafIdx"], case["treeSize"], [b64(item) for item in case["proof"]]

    merkle.verify_inclusion(index, size, b64(case["leafHash"]), proof, b64(case["root"]))
    assert proof == merkle.inclusion_proof(index, size, merkle.nodes_of(LEAVES[:size]))


@pytest.mark.parametrize("case", VECTORS["inclusion"]["negative"], ids=name)
def test_inclusion_is_rejected(case: dict):
    proof = [b64(item) for item in case["proof"] or []]
    with pytest.raises(merkle.ProofError):
        merkle.verify_inclusion(case["leafIdx"], case["treeSize"], b64(case["leafHash"]), proof, b64(case["root"]))


@pytest.mark.parametrize("case", VECTORS["consistency"]["positive"], ids=name)
def test_consistency_is_accepted_and_generated(case: dict):
    old, new, proof = case["size1"], case["size2"], [b64(item) for item in case["proof"]]

    merkle.verify_consistency(old, new, b64(case["root1"]), b64(case["root2"]), proof)
    assert proof == merkle.consistency_proof(old, new, merkle.nodes_of(LEAVES[:new]))


@pytest.mark.parametrize("case", VECTORS["consistency"]["negative"], ids=name)
def test_consistency_is_rejected(case: dict):
    proof = [b64(item) for item in case["proof"] or []]
    with pytest.raises(merkle.ProofError):
        merkle.verify_consistency(case["size1"], case["size2"], b64(case["root1"]), b64(case["root2"]), proof)


def test_the_empty_tree_proves_nothing():
    with pytest.raises(merkle.ProofError):
        merkle.consistency_proof(0, 5, merkle.nodes_of(LEAVES))
    with pytest.raises(merkle.ProofError):
        merkle.verify_consistency(0, 1, merkle.EMPTY_ROOT, LEAVES[0], [])
    with pytest.raises(merkle.ProofError):
        merkle.inclusion_proof(3, 3, merkle.nodes_of(LEAVES))


def test_equal_sizes_need_equal_roots():
    merkle.verify_consistency(3, 3, LEAVES[0], LEAVES[0], [])
    with pytest.raises(merkle.ProofError):
        merkle.verify_consistency(3, 3, LEAVES[0], LEAVES[1], [])


@pytest.mark.parametrize("size", [*range(1, 20), 63, 64, 65, 100])
def test_pymerkle_agrees(size: int):
    """A second implementation finds the same roots and inclusion paths; our consistency proofs join its roots."""
    entries = [f"entry {number}".encode() for number in range(size)]
    oracle = InmemoryTree(algorithm="sha256")
    for entry in entries:
        oracle.append_entry(entry)
    leaves = [merkle.leaf_hash(entry) for entry in entries]
    node = merkle.nodes_of(leaves)

    assert oracle.get_root() == merkle.root_of(leaves)
    for index in range(size):
        proof = merkle.inclusion_proof(index, size, node)
        assert sorted(oracle.prove_inclusion(index + 1, size).path) == sorted([leaves[index], *proof])
        merkle.verify_inclusion(index, size, leaves[index], proof, oracle.get_root())
    for old in range(1, size):
        proof = merkle.consistency_proof(old, size, node)
        merkle.verify_consistency(old, size, oracle.get_root(old), oracle.get_root(size), proof)


@pytest.mark.parametrize("case", VECTORS["signed_note"]["vectors"], ids=lambda case: case["vkey"][:12])
def test_signed_notes(case: dict):
    verifier = notes.parse_vkey(case["vkey"])
    note = notes.verify(case["note"], [verifier])

    assert case["vkey"] == verifier.vkey
    assert note.by(verifier) is not None
    if seed := case.get("published_test_seed_b64"):
        assert case["note"] == notes.sign(note.text, verifier.name, b64(seed))
        assert verifier.public == signing.public_key(b64(seed))


@pytest.mark.parametrize("case", VECTORS["signed_note"]["bad_vkeys"], ids=lambda case: case["why"])
def test_bad_vkeys(case: dict):
    with pytest.raises(notes.NoteError):
        notes.parse_vkey(case["vkey"])


def test_a_vkey_with_a_foreign_key_id():
    vkey = VECTORS["signed_note"]["vectors"][0]["vkey"]
    with pytest.raises(notes.NoteError, match="another key"):
        notes.parse_vkey(vkey.replace("530d903a", "530d903b"))


def test_unknown_keys_are_ignored_and_wrong_known_ones_reject():
    first, second = (bytes([number]) * 32 for number in (1, 2))
    one = notes.Verifier("one.example", notes.ED25519, signing.public_key(first))
    two = notes.Verifier("two.example", notes.ED25519, signing.public_key(second))
    line = notes.sign("text\n\nwith a blank line\n", "two.example", second).split("\n\n")[-1]
    both = notes.sign("text\n\nwith a blank line\n", "one.example", first) + line
    wrong = both[:-10] + ("A" if both[-10] != "A" else "B") + both[-9:]

    assert notes.verify(both, [one]).text == "text\n\nwith a blank line\n"
    assert notes.verify(both, [one, two]).by(two) is not None
    assert notes.verify(wrong, [one]).by(two) is None
    with pytest.raises(notes.NoteError):
        notes.verify(wrong, [one, two])
    with pytest.raises(notes.NoteError, match="no signature"):
        notes.verify(both, [notes.Verifier("three.example", notes.ED25519, two.public)])


def test_sixteen_signatures_are_accepted():
    note = "text\n"
    lines = [notes.sign(note, f"key{number}.example", bytes([number]) * 32).split("\n\n")[1] for number in range(16)]
    last = notes.Verifier("key15.example", notes.ED25519, signing.public_key(bytes([15]) * 32))

    assert len(notes.verify(note + "\n" + "".join(lines), [last]).signatures) == 16


@pytest.mark.parametrize(
    "bad",
    [
        "no blank line\n— a AAAAAAAA\n",
        "text\n\n",
        "text\n\n— a b+c AAAAAAAA\n",
        "text\n\n— a AAAA\n",
        "text\n\n- a AAAAAAAA\n",
        "text\n\n— a AAAAAAAB==\n",
        "te\x00xt\n\n— a AAAAAAAA\n",
        "text\n\n— a AAAAAAAA",
    ],
)
def test_malformed_notes(bad: str):
    with pytest.raises(notes.NoteError):
        notes.parse(bad)


@pytest.mark.parametrize("case", VECTORS["checkpoint"]["vectors"], ids=lambda case: str(case["size"]))
def test_checkpoints(case: dict):
    log = notes.parse_vkey(case["vkey"])
    checkpoint = checkpoints.open_checkpoint(case["note"], log, origin=case["origin"])

    assert case["origin"] == checkpoint.origin
    assert case["size"] == checkpoint.size
    assert len(checkpoint.root) == 32
    with pytest.raises(checkpoints.CheckpointError):
        checkpoints.open_checkpoint(case["note"], log, origin="other.example/log")


@pytest.mark.parametrize(
    "text",
    [
        "o\n01\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n",
        "o\n-1\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n",
        "o\n1\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuF==\n",
        "o\n1\nAAAA\n",
        "o\n1\n",
        "\n1\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n",
        "o\n1\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=",
        "o\n1\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFV=\n",
    ],
)
def test_malformed_checkpoints(text: str):
    with pytest.raises(checkpoints.CheckpointError):
        checkpoints.parse_body(text)


@pytest.mark.parametrize("origin", ["https://example.com/log", "with space", "with+plus", ""])
def test_an_origin_is_a_schemeless_url(origin: str):
    with pytest.raises(checkpoints.CheckpointError):
        checkpoints.body(checkpoints.Checkpoint(origin, 1, merkle.EMPTY_ROOT))


def test_the_mini_log():
    log = notes.parse_vkey(MINI["vkey"])
    entries = [text.encode() for text in MINI["entries_utf8"]]
    leaves = [merkle.leaf_hash(entry) for entry in entries]

    for size, note in MINI["checkpoints"].items():
        checkpoint = checkpoints.open_checkpoint(note, log)
        assert int(size) == checkpoint.size
        assert checkpoint.root == merkle.root_of(leaves[: checkpoint.size])
    for width in (3, 15):
        bundle = bytes.fromhex(MINI[f"entry_bundle_000.p_{width}_hex"])
        assert bundle == tiles.encode_bundle(entries[:width])
        assert entries[:width] == tiles.decode_bundle(bundle)
        assert leaves[:width] == tiles.hashes(bytes.fromhex(MINI[f"tile_0_000.p_{width}_hex"]))
    with pytest.raises(tiles.TileError):
        tiles.decode_bundle(bundle[:-1])


@pytest.mark.parametrize("case", VECTORS["cosignature_v1_ed25519"]["vectors"], ids=lambda case: case["source"][-14:])
def test_cosignatures(case: dict):
    witness = notes.parse_vkey(case["vkey"])
    signature = notes.verify(case["note"], [witness]).by(witness)

    assert case["vkey"] == witness.vkey
    assert signature is not None
    assert case["timestamp"] == signature.timestamp
    with pytest.raises(notes.NoteError):
        notes.verify(case["note"].replace("\n300\n", "\n301\n"), [witness])


def test_a_witness_key_is_known_and_never_a_log_key():
    witness = notes.parse_vkey(VECTORS["cosignature_v1_ed25519"]["native_vkey_only"]["vkey"])
    as_log = notes.Verifier("log.example", notes.ED25519, witness.public)

    assert witness.type == notes.COSIGNATURE_V1
    with pytest.raises(notes.NoteError, match="two roles"):
        notes.verify(MINI["checkpoints"]["1"], [as_log, witness])


def test_the_witness_knows_a_log_by_the_hash_of_its_origin():
    case = VECTORS["cosignature_v1_ed25519"]["witness_url_hash"]
    assert case["want"] == checkpoints.witness_path(case["origin"])


@pytest.mark.parametrize("case", VECTORS["tile_paths"]["tiles"], ids=lambda case: case["path"])
def test_tile_paths(case: dict):
    tile = tiles.TileId(case["level"], case["index"], case["width"])

    assert case["path"] == tile.path
    assert tile == tiles.parse(*case["path"].removeprefix("tile/").split("/", 1))


@pytest.mark.parametrize("case", VECTORS["tile_paths"]["entries_by_seq"], ids=lambda case: case["path"])
def test_entry_bundle_paths(case: dict):
    assert case["path"] == tiles.entries_path(case["seq"], case["log_size"])


@pytest.mark.parametrize(
    "case",
    [
        *VECTORS["tile_paths"]["reject"],
        {"level": "00", "index": "000"},
        {"level": "0", "index": "x000/001"},
        {"level": "0", "index": "000.p/0"},
        {"level": "0", "index": "000.p/256"},
        {"level": "0", "index": "000.p/08"},
        {"level": "0", "index": "٠٠٠"},
    ],
    ids=lambda case: case["index"],
)
def test_tile_paths_are_rejected(case: dict):
    with pytest.raises(tiles.TileError):
        tiles.parse(case["level"], case["index"])


@pytest.mark.parametrize("case", VECTORS["tile_paths"]["tile_set_for_size"], ids=lambda case: str(case["size"]))
def test_tile_sets(case: dict):
    found = list(tiles.tile_set(case["size"]))

    for level in range(3):
        full = sum(tile.level == level and tile.width == 256 for tile in found)
        partial = [tile.width for tile in found if tile.level == level and tile.width < 256]
        assert full == case.get(f"full_l{level}", 0)
        assert partial == ([case[key]] if (key := f"partial_l{level}_width") in case else [])
    assert len(found) == len(set(found))


@pytest.mark.parametrize("case", VECTORS["tlog_proof_format"]["vectors"], ids=lambda case: str(case["index"]))
def test_tlog_proofs(case: dict):
    text = tlogproof.dump(case["index"], case["hashes"], case["checkpoint"])

    assert case["want"] == text
    assert tlogproof.TlogProof(case["index"], (), case["checkpoint"]) == tlogproof.parse(text)


def test_a_tlog_proof_with_extra_and_hashes():
    text = tlogproof.dump(7, [b"a" * 32, b"b" * 32], "checkpoint\n", extra=b"salt")
    assert tlogproof.TlogProof(7, (b"a" * 32, b"b" * 32), "checkpoint\n", b"salt") == tlogproof.parse(text)


@pytest.mark.parametrize("text", [*VECTORS["tlog_proof_format"]["reject"], "other@v1\nindex 0\n\nc\n", "", "index 0"])
def test_tlog_proofs_are_rejected(text: str):
    with pytest.raises(tlogproof.TlogProofError):
        tlogproof.parse(text)


def test_the_witness_request():
    text = "\n".join(VECTORS["witness_request"]["lines"]) + "\n"
    old, proof, note = checkpoints.parse_witness_request(text)

    assert old == 20852014
    assert len(proof) == 4
    assert checkpoints.parse_body(note).size == 20852163
    assert text == checkpoints.witness_request(old, proof, note)


@pytest.mark.parametrize(
    "text",
    ["old 01\n\nc\n", "new 1\n\nc\n", "old 1\nAAAA\n\nc\n", "old 0\n" + "A" * 43 + "=\n\nc\n", "old 1\n"],
)
def test_witness_requests_are_rejected(text: str):
    with pytest.raises(checkpoints.CheckpointError):
        checkpoints.parse_witness_request(text)


def test_a_witness_takes_63_hashes():
    full = [hashlib.sha256(bytes([number])).digest() for number in range(63)]
    assert checkpoints.parse_witness_request(checkpoints.witness_request(1, full, "c\n"))[1] == full
    with pytest.raises(checkpoints.CheckpointError):
        checkpoints.witness_request(1, [*full, full[0]], "c\n")
