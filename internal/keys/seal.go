package keys

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"runtime/debug"
	"strings"

	"filippo.io/age"
)

// seal writes one file of age.
func seal(content []byte, to age.Recipient) ([]byte, error) {
	var out bytes.Buffer
	w, err := age.Encrypt(&out, to)
	if err == nil {
		_, err = w.Write(content)
	}
	if err == nil {
		err = w.Close() // writes the last chunk
	}
	if err != nil {
		return nil, fmt.Errorf("couldn't encrypt: %w", err)
	}
	return out.Bytes(), nil
}

// unseal opens one file of age.
func unseal(sealed []byte, with age.Identity) ([]byte, error) {
	r, err := age.Decrypt(bytes.NewReader(sealed), with)
	if err != nil {
		return nil, err
	}
	return io.ReadAll(io.LimitReader(r, secretBytesMax+1))
}

// sealIdentity puts the identity that opens all secrets under a passphrase.
func sealIdentity(id *age.X25519Identity, p Passphrase, factor int) ([]byte, error) {
	to, err := age.NewScryptRecipient(string(p))
	if err != nil {
		return nil, fmt.Errorf("couldn't use the passphrase: %w", err)
	}
	to.SetWorkFactor(factor)
	defer debug.FreeOSMemory() // scrypt took more than a small node has to spare
	return seal([]byte(id.String()+"\n"), to)
}

// unsealIdentity opens what sealIdentity wrote. The errors name no file.
func unsealIdentity(sealed []byte, p Passphrase) (*age.X25519Identity, error) {
	with, err := age.NewScryptIdentity(string(p))
	if err != nil {
		return nil, fmt.Errorf("%w: it is empty", ErrPassphrase)
	}
	with.SetMaxWorkFactor(workFactorMax)
	defer debug.FreeOSMemory()
	text, err := unseal(sealed, with)
	if errors.Is(err, age.ErrIncorrectIdentity) {
		return nil, ErrPassphrase
	}
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrDamaged, err)
	}
	id, err := age.ParseX25519Identity(strings.TrimSpace(string(text)))
	if err != nil { // age's own error may quote the text
		return nil, fmt.Errorf("%w: it holds no identity of age", ErrDamaged)
	}
	return id, nil
}
