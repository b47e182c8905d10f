package witness

import (
	"bytes"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"errors"
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

// Verifier is the public half of a witness's key.
type Verifier struct {
	Name string
	Key  ed25519.PublicKey
}

// checkName takes what may be the name of a key in a signed note.
func checkName(name string) error {
	if name == "" || len(name) > nameBytesMax || !utf8.ValidString(name) || strings.ContainsFunc(name, func(r rune) bool { return unicode.IsSpace(r) || r == '+' }) {
		return fmt.Errorf("%q can't be the name of a witness: use 1 to %d bytes without spaces and +, such as witness.example/1", name, nameBytesMax)
	}
	return nil
}

// id is the first four bytes of SHA-256 over the name, a line end, the type and the key.
func (v Verifier) id() uint32 {
	h := sha256.Sum256(append([]byte(v.Name+"\n"+string(rune(cosignatureType))), v.Key...))
	return binary.BigEndian.Uint32(h[:])
}

// String is the verifier key as signed notes have it: NAME+ID+KEY.
func (v Verifier) String() string {
	return fmt.Sprintf("%s+%08x+%s", v.Name, v.id(), base64.StdEncoding.EncodeToString(append([]byte{cosignatureType}, v.Key...)))
}

// ParseVerifier reads what Verifier.String wrote.
func ParseVerifier(text string) (Verifier, error) {
	name, rest, _ := strings.Cut(text, "+")
	id, key64, _ := strings.Cut(rest, "+")
	key, err := base64.StdEncoding.DecodeString(key64)
	if err != nil || len(key) != 1+ed25519.PublicKeySize || key[0] != cosignatureType {
		return Verifier{}, fmt.Errorf("couldn't read a witness's key: %q isn't NAME+ID+KEY of a cosigning Ed25519 key", text)
	}
	v := Verifier{Name: name, Key: key[1:]}
	if err := checkName(name); err != nil {
		return Verifier{}, fmt.Errorf("couldn't read a witness's key: %w", err)
	}
	if hex.EncodeToString(binary.BigEndian.AppendUint32(nil, v.id())) != id {
		return Verifier{}, fmt.Errorf("couldn't read a witness's key: the id %q isn't that of the key; copy it whole", id)
	}
	return v, nil
}

// cosigned is what a cosignature is over.
func cosigned(text string, at uint64) []byte {
	return fmt.Appendf(nil, "cosignature/v1\ntime %d\n%s", at, text)
}

// cosign returns the checkpoint as a signed note with one cosignature.
func cosign(c Checkpoint, v Verifier, key ed25519.PrivateKey, at time.Time) []byte {
	seconds := uint64(at.Unix())
	raw := binary.BigEndian.AppendUint32(nil, v.id())
	raw = binary.BigEndian.AppendUint64(raw, seconds)
	raw = append(raw, ed25519.Sign(key, cosigned(c.Text(), seconds))...)
	return fmt.Appendf(nil, "%s\n%s%s %s\n", c.Text(), signatureMark, v.Name, base64.StdEncoding.EncodeToString(raw))
}

// Cosignature says who saw a checkpoint, and when.
type Cosignature struct {
	Name string
	At   time.Time
}

// Verify reads a checkpoint and returns the cosignatures of the witnesses that are
// given. One that is there and wrong is an error, one of an unknown witness is
// passed over, and none at all is an error too.
func Verify(note []byte, witnesses []Verifier) (Checkpoint, []Cosignature, error) {
	if len(note) > checkpointBytesMax {
		return Checkpoint{}, nil, fmt.Errorf("%w: it has more than %d bytes", ErrCheckpoint, checkpointBytesMax)
	}
	body, signatures, found := bytes.Cut(note, []byte("\n\n"))
	if !found {
		return Checkpoint{}, nil, fmt.Errorf("%w: it has no signatures", ErrCheckpoint)
	}
	text := string(body) + "\n"
	c, err := parseText(text)
	if err != nil {
		return Checkpoint{}, nil, err
	}
	lines := strings.SplitAfter(string(signatures), "\n")
	if last := len(lines) - 1; lines[last] != "" || last > signaturesMax {
		return c, nil, fmt.Errorf("%w: its signatures are cut off, or more than %d", ErrCheckpoint, signaturesMax)
	}
	var list []Cosignature
	for _, line := range lines[:len(lines)-1] {
		one, known, err := verifyLine(text, strings.TrimSuffix(line, "\n"), witnesses)
		if err != nil {
			return c, nil, err
		}
		if known {
			list = append(list, one)
		}
	}
	if len(list) == 0 {
		return c, nil, fmt.Errorf("%w: none of the witnesses given has signed it", ErrCheckpoint)
	}
	return c, list, nil
}

// verifyLine judges one line of a signature. The witness is unknown when neither its
// name nor its key's id is that of one given.
func verifyLine(text, line string, witnesses []Verifier) (c Cosignature, known bool, err error) {
	rest, ok := strings.CutPrefix(line, signatureMark)
	name, sig64, ok2 := strings.Cut(rest, " ")
	raw, decodeErr := base64.StdEncoding.DecodeString(sig64)
	if !ok || !ok2 || decodeErr != nil || len(raw) < 4 {
		return c, false, errors.Join(fmt.Errorf("%w: a line of its signatures is damaged", ErrCheckpoint), decodeErr)
	}
	for _, v := range witnesses {
		if v.Name != name || v.id() != binary.BigEndian.Uint32(raw) {
			continue
		}
		if len(raw) != 4+8+ed25519.SignatureSize {
			return c, true, fmt.Errorf("%w: the cosignature of %s has %d bytes", ErrCheckpoint, name, len(raw))
		}
		at := binary.BigEndian.Uint64(raw[4:])
		if at>>62 != 0 || !ed25519.Verify(v.Key, cosigned(text, at), raw[12:]) {
			return c, true, fmt.Errorf("%w: the cosignature of %s is wrong", ErrCheckpoint, name)
		}
		return Cosignature{Name: name, At: time.Unix(int64(at), 0).UTC()}, true, nil
	}
	return c, false, nil
}
