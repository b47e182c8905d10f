package main

import (
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"strings"

	"pedigree/internal/config"
	"pedigree/internal/engine"
	"pedigree/internal/keys"
	"pedigree/internal/vault"
)

// passphraseCost is what one guess of a passphrase costs; tests, whose passphrases
// protect nothing, lower it.
var passphraseCost = keys.WorkFactor

// secrets are the home's secrets, each in the form in which it is used.
type secrets struct{ *keys.Store }

// keyStore names the home's secrets without opening them.
func (h home) keyStore() secrets {
	s := secrets{keys.Open(h.dir)}
	s.Cost = passphraseCost
	return s
}

// secrets opens the home's secrets. If they are protected, the passphrase comes
// from where pedigree.yaml says.
func (h home) secrets() (secrets, error) {
	s := h.keyStore()
	if !s.Protected() {
		return s, nil
	}
	if host, hosted := h.host(); hosted {
		its, err := host.secrets()
		if err != nil {
			return s, err
		}
		return s, s.UnlockUnder(its.Store)
	}
	p, err := h.passphrase()
	if err != nil {
		return s, failWith(exitUsage, "keys.unlock in pedigree.yaml says where the passphrase comes from: prompt, file or credential", err)
	}
	if err := s.Unlock(p); err != nil {
		return s, failWith(unlockExit(err), "docs/operate/keys.md says what each message means", err)
	}
	return s, nil
}

// unlockExit tells a wrong passphrase, which is a refusal, from trouble with files.
func unlockExit(err error) int {
	if errors.Is(err, keys.ErrPassphrase) {
		return exitRefused
	}
	return exitFailed
}

// passphrase gets the home's passphrase.
func (h home) passphrase() (keys.Passphrase, error) {
	c, err := h.keysConfig()
	if err != nil {
		return "", err
	}
	switch c.Unlock {
	case config.UnlockFile:
		path := c.File
		if !filepath.IsAbs(path) {
			path = filepath.Join(h.dir, path)
		}
		return keys.FromFile(path)
	case config.UnlockCredential:
		return keys.FromCredential(os.Getenv("CREDENTIALS_DIRECTORY"))
	}
	return keys.Ask(os.Stdin, os.Stderr, "Passphrase of the keys in "+h.dir)
}

// keysConfig is what the configuration says of keys; a home that has none yet asks.
func (h home) keysConfig() (config.Keys, error) {
	c, err := h.settings()
	return c.Keys, err
}

// settings are the home's configuration, the defaults where there is none yet.
func (h home) settings() (config.Config, error) {
	raw, err := os.ReadFile(h.config())
	if errors.Is(err, fs.ErrNotExist) {
		return config.Default(), nil
	}
	if err != nil {
		return config.Config{}, fmt.Errorf("couldn't read the configuration: %w", err)
	}
	return config.Parse(h.config(), raw, os.LookupEnv)
}

// headers say in each file of 64 digits what it is.
var headers = map[keys.Name]string{
	keys.Organisation: "organisation signing key (Ed25519 seed)",

	keys.Organisation.Next(): "next organisation signing key (Ed25519 seed)",
	keys.Channel:             "key of the connection to the signer (Ed25519 seed)",
	keys.Witness:             "witness key (Ed25519 seed)",
	keys.Custody:             "custody seed",
	keys.Token:               "access token",
}

// obtain reads a secret of 32 bytes, or makes it when there is none.
func (s secrets) obtain(n keys.Name) ([32]byte, error) {
	if s.Has(n) {
		return s.bytes(n)
	}
	var secret [32]byte
	// rand.Read never fails: it ends the process instead.
	_, _ = rand.Read(secret[:])
	return secret, s.Create(n, digitsFile(n, secret))
}

// digitsFile is the text of a secret of 32 bytes.
func digitsFile(n keys.Name, secret [32]byte) []byte {
	return fmt.Appendf(nil, "# %s: secret, keep a copy in a safe place\n%s\n", headers[n], hex.EncodeToString(secret[:]))
}

// bytes reads a secret that is one line of hexadecimal under a header.
func (s secrets) bytes(n keys.Name) ([32]byte, error) {
	raw, err := s.Read(n)
	if err != nil {
		return [32]byte{}, err
	}
	lines := strings.Split(strings.TrimSpace(string(raw)), "\n")
	b, err := hex.DecodeString(strings.TrimSpace(lines[len(lines)-1]))
	if err != nil || len(b) != 32 {
		return [32]byte{}, fmt.Errorf("couldn't read the %s: the last line of its file must be 64 hexadecimal digits; put it back from a copy", headers[n])
	}
	return [32]byte(b), nil
}

// token is the access token's text, as it is sent.
func (s secrets) token() (string, error) {
	b, err := s.bytes(keys.Token)
	if err != nil {
		return "", err
	}
	return hex.EncodeToString(b[:]), nil
}

func (s secrets) vaultKey() (vault.Key, error) { return s.vaultKeyOf(keys.Vault) }

// vaultKeyOf is the present key of the private store, or the one that waits.
func (s secrets) vaultKeyOf(n keys.Name) (vault.Key, error) {
	text, err := s.Read(n)
	if err != nil {
		return vault.Key{}, err
	}
	return vault.ParseKey(text)
}

// obtainVaultKey makes the key of the private store when there is none.
func (s secrets) obtainVaultKey() error {
	if s.Has(keys.Vault) {
		_, err := s.vaultKey()
		return err
	}
	_, text := vault.NewKey()
	return s.Create(keys.Vault, text)
}

// engineKeys are the node key and the consensus key.
func (s secrets) engineKeys() (k engine.Keys, err error) {
	if k.Node, err = s.Read(keys.Node); err != nil {
		return k, err
	}
	if away, err := s.signsElsewhere(); away || err != nil {
		return k, err
	}
	if s.Has(keys.Consensus.Next()) {
		if k.Next, err = s.Read(keys.Consensus.Next()); err != nil {
			return k, err
		}
		k.Promote = s.promoteConsensus
	}
	k.Consensus, err = s.Read(keys.Consensus)
	return k, err
}

// obtainEngineKeys makes what is missing of them, and the signing mark.
func (s secrets) obtainEngineKeys(dir string) (k engine.Keys, err error) {
	if s.Has(keys.Node) {
		if k.Node, err = s.Read(keys.Node); err != nil {
			return k, err
		}
	}
	if s.Has(keys.Consensus) {
		if k.Consensus, err = s.Read(keys.Consensus); err != nil {
			return k, err
		}
	}
	had := k
	if err := k.Complete(dir); err != nil {
		return k, err
	}
	if had.Node == nil {
		err = s.Create(keys.Node, k.Node)
	}
	if err == nil && had.Consensus == nil {
		err = s.Create(keys.Consensus, k.Consensus)
	}
	return k, err
}

// accessToken is the token of a home's interface.
func (h home) accessToken() (string, error) {
	s, err := h.secrets()
	if err != nil {
		return "", err
	}
	return s.token()
}

// warn tells of secrets that an interrupted `pedigree keys protect` left in plain.
func (s secrets) warn(log *slog.Logger) {
	if !s.Protected() {
		return
	}
	for _, st := range s.Status() {
		if st.State == keys.Plain || st.State == keys.Both {
			log.Warn("a secret of a protected home stands in plain; run pedigree keys protect again", "secret", st.Name)
		}
	}
}

// custodySeed is the seed of the home's custody keys.
func (h home) custodySeed() ([32]byte, error) {
	s, err := h.secrets()
	if err != nil {
		return [32]byte{}, err
	}
	return s.bytes(keys.Custody)
}
