package proof

import (
	"bytes"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// cosignatureType is the kind of signature in a key's id and text: cosignature/v1
// with Ed25519.
const cosignatureType = 0x04

// signatureMark begins each line of a signature.
const signatureMark = "— "

// WitnessKey is the public half of a witness's key (https://c2sp.org/tlog-cosignature).
type WitnessKey struct {
	Name string
	Key  ed25519.PublicKey
}

// Check refuses a name that can't stand in a signed note.
func (k WitnessKey) Check() error {
	if k.Name == "" || len(k.Name) > WitnessNameMax || !utf8.ValidString(k.Name) || strings.ContainsFunc(k.Name, func(r rune) bool { return !unicode.IsGraphic(r) || unicode.IsSpace(r) || r == '+' }) {
		return fmt.Errorf("%q can't be the name of a witness: use 1 to %d bytes without spaces and +, such as witness.example/1", k.Name, WitnessNameMax)
	}
	if len(k.Key) != ed25519.PublicKeySize {
		return fmt.Errorf("the key of witness %s has %d bytes, and Ed25519 keys have %d", k.Name, len(k.Key), ed25519.PublicKeySize)
	}
	return nil
}

// id is the first four bytes of SHA-256 over the name, a line end, the type and the key.
func (k WitnessKey) id() uint32 {
	h := sha256.Sum256(append([]byte(k.Name+"\n"+string(rune(cosignatureType))), k.Key...))
	return binary.BigEndian.Uint32(h[:])
}

// String is the key as signed notes have it: NAME+ID+KEY.
func (k WitnessKey) String() string {
	return fmt.Sprintf("%s+%08x+%s", k.Name, k.id(), base64.StdEncoding.EncodeToString(append([]byte{cosignatureType}, k.Key...)))
}

// ParseWitnessKey reads what WitnessKey.String wrote, in that one form.
func ParseWitnessKey(text string) (WitnessKey, error) {
	name, rest, _ := strings.Cut(text, "+")
	id, key64, _ := strings.Cut(rest, "+")
	key, err := base64.StdEncoding.DecodeString(key64)
	if err != nil || len(key) != 1+ed25519.PublicKeySize || key[0] != cosignatureType {
		return WitnessKey{}, fmt.Errorf("couldn't read a witness's key: %q isn't NAME+ID+KEY of a cosigning Ed25519 key", text)
	}
	k := WitnessKey{Name: name, Key: key[1:]}
	if err := k.Check(); err != nil {
		return WitnessKey{}, fmt.Errorf("couldn't read a witness's key: %w", err)
	}
	if hex.EncodeToString(binary.BigEndian.AppendUint32(nil, k.id())) != id || k.String() != text {
		return WitnessKey{}, fmt.Errorf("couldn't read a witness's key: the id %q isn't that of the key; copy it whole", id)
	}
	return k, nil
}

// cosigned is what a cosignature is over.
func cosigned(text string, at uint64) []byte {
	return fmt.Appendf(nil, "cosignature/v1\ntime %d\n%s", at, text)
}

// Cosign returns the line with which a witness states that it saw the checkpoint,
// and that the log only grew up to it. The private half is that of the key.
func (c Checkpoint) Cosign(k WitnessKey, private ed25519.PrivateKey, at time.Time) string {
	seconds := uint64(at.Unix())
	raw := binary.BigEndian.AppendUint32(nil, k.id())
	raw = binary.BigEndian.AppendUint64(raw, seconds)
	raw = append(raw, ed25519.Sign(private, cosigned(c.Text(), seconds))...)
	return fmt.Sprintf("%s%s %s\n", signatureMark, k.Name, base64.StdEncoding.EncodeToString(raw))
}

// Note is the checkpoint as a signed note with these lines (https://c2sp.org/signed-note).
func (c Checkpoint) Note(lines ...string) []byte {
	return []byte(c.Text() + "\n" + strings.Join(lines, ""))
}

// Cosignature says who saw a checkpoint, and when.
type Cosignature struct {
	Name string
	At   time.Time
	Line string // as it stands in the note
}

// OpenNote reads a checkpoint and the cosignatures of the witnesses that are given,
// in the order of the note. One that is there and wrong, or there twice, is an
// error; a line of an unknown witness is passed over.
func OpenNote(note []byte, witnesses []WitnessKey) (Checkpoint, []Cosignature, error) {
	c, lines, err := splitNote(note)
	if err != nil {
		return c, nil, err
	}
	var list []Cosignature
	seen := map[string]bool{}
	for _, line := range lines {
		one, known, err := c.judge(line, witnesses)
		if err != nil {
			return c, nil, err
		}
		if !known {
			continue
		}
		if seen[one.Name] {
			return c, nil, fmt.Errorf("%w: the cosignature of %s is there twice", ErrCheckpoint, one.Name)
		}
		seen[one.Name] = true
		list = append(list, one)
	}
	return c, list, nil
}

// splitNote reads a note's body and cuts its signatures into lines.
func splitNote(note []byte) (Checkpoint, []string, error) {
	if len(note) > NoteSizeMax {
		return Checkpoint{}, nil, fmt.Errorf("%w: it has more than %d bytes", ErrCheckpoint, NoteSizeMax)
	}
	body, signatures, found := bytes.Cut(note, []byte("\n\n"))
	if !found {
		return Checkpoint{}, nil, fmt.Errorf("%w: it has no signatures", ErrCheckpoint)
	}
	c, err := parseCheckpoint(string(body) + "\n")
	if err != nil {
		return c, nil, err
	}
	lines := strings.SplitAfter(string(signatures), "\n")
	last := len(lines) - 1
	if lines[last] != "" || last > CosignaturesMax {
		return c, nil, fmt.Errorf("%w: its signatures are cut off, or more than %d", ErrCheckpoint, CosignaturesMax)
	}
	return c, lines[:last], nil
}

// judge takes one line of a signature. The witness is unknown when its name and its
// key's id are not those of one given.
func (c Checkpoint) judge(line string, witnesses []WitnessKey) (one Cosignature, known bool, err error) {
	rest, marked := strings.CutPrefix(strings.TrimSuffix(line, "\n"), signatureMark)
	name, sig64, spaced := strings.Cut(rest, " ")
	raw, err := base64.StdEncoding.DecodeString(sig64)
	if !marked || !spaced || err != nil || len(raw) < 4 || base64.StdEncoding.EncodeToString(raw) != sig64 {
		return one, false, fmt.Errorf("%w: a line of its signatures is damaged", ErrCheckpoint)
	}
	for _, k := range witnesses {
		if k.Name != name || k.id() != binary.BigEndian.Uint32(raw) {
			continue
		}
		if len(raw) != 4+8+ed25519.SignatureSize {
			return one, true, fmt.Errorf("%w: the cosignature of %s has %d bytes", ErrCheckpoint, name, len(raw))
		}
		at := binary.BigEndian.Uint64(raw[4:])
		if at > timeSecondsMax || !ed25519.Verify(k.Key, cosigned(c.Text(), at), raw[12:]) {
			return one, true, fmt.Errorf("%w: the cosignature of %s is wrong", ErrCheckpoint, name)
		}
		return Cosignature{Name: name, At: time.Unix(int64(at), 0).UTC(), Line: line}, true, nil
	}
	return one, false, nil
}
