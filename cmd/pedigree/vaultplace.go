package main

import (
	"context"
	"errors"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"slices"

	"pedigree/domain/trace/caseview"
	"pedigree/domain/trace/catalogview"
	"pedigree/domain/trace/dockview"
	"pedigree/domain/trace/migrateview"
	"pedigree/domain/trace/partnerview"
	"pedigree/domain/trace/tiview"
	"pedigree/domain/trace/traceview"
	"pedigree/internal/auth"
	"pedigree/internal/care"
	"pedigree/internal/config"
	"pedigree/internal/courier"
	"pedigree/internal/erase"
	"pedigree/internal/exchange"
	"pedigree/internal/vault"
)

// openVault opens the home's private store.
func (h home) openVault(ctx context.Context, log *slog.Logger) (*vault.Vault, error) {
	s, err := h.secrets()
	if err != nil {
		return nil, err
	}
	return h.openVaultWith(ctx, s, log)
}

// openVaultWith opens it, where the configuration says, with secrets that are
// unlocked already.
func (h home) openVaultWith(ctx context.Context, s secrets, log *slog.Logger) (*vault.Vault, error) {
	c, err := h.vaultPlaced(s, log)
	if err != nil {
		return nil, err
	}
	return s.openStore(ctx, c)
}

// vaultPlaced is the home's private store where the configuration says.
func (h home) vaultPlaced(s secrets, log *slog.Logger) (vault.Config, error) {
	c, err := h.vaultAt(s, log)
	if err != nil {
		return c, err
	}
	place, err := h.vaultConfig()
	if err != nil {
		return c, err
	}
	return h.onServer(c, place)
}

// vaultAt is the home's private store as a file in its folder.
func (h home) vaultAt(s secrets, log *slog.Logger) (vault.Config, error) {
	key, err := s.vaultKey()
	c := vault.Config{
		Dir: h.vault(), Key: key, Schemas: schemas(), Logger: log,
		WriterCacheBytes: vaultWriterCache, ReaderCacheBytes: vaultReaderCache,
	}
	if _, hosted := h.host(); hosted {
		c.WriterCacheBytes, c.ReaderCacheBytes, c.Readers = hostedCache, hostedCache, hostedReaders
	}
	return c, err
}

// schemas are the views and packages that keep tables in the private store.
func schemas() []vault.Schema {
	return append(slices.Clone(traceview.Schemas),
		auth.Schema,
		exchange.Schema,
		tiview.Schema,
		dockview.Schema,
		migrateview.Schema,
		partnerview.Schema,
		courier.Schema,
		catalogview.Schema,
		caseview.Schema,
		erase.Schema,
	)
}

// vaultConfig is what the configuration says of the private store. An organisation
// that is hosted has its store where its host has.
func (h home) vaultConfig() (config.Vault, error) {
	if host, hosted := h.host(); hosted {
		return host.vaultConfig()
	}
	raw, err := os.ReadFile(h.config())
	if errors.Is(err, fs.ErrNotExist) {
		return config.Vault{}, nil
	}
	if err != nil {
		return config.Vault{}, err
	}
	c, err := config.Parse(h.config(), raw, os.LookupEnv)
	if file := c.Vault.PasswordFile; file != "" && !filepath.IsAbs(file) {
		c.Vault.PasswordFile = filepath.Join(h.dir, file)
	}
	return c.Vault, err
}

// onServer puts a store on the server that is named, if one is.
func (h home) onServer(c vault.Config, place config.Vault) (vault.Config, error) {
	if place.URL == "" {
		return c, nil
	}
	own, err := readCard(h.card())
	if err != nil {
		return c, err
	}
	c.URL, c.PasswordFile, c.Name = place.URL, place.PasswordFile, own.Member.ID
	return c, nil
}

// hasVault tells whether there is a private store, in a file or on a server.
func (h home) hasVault() bool {
	for _, name := range []string{care.VaultFile, vault.ElsewhereFile} {
		if _, err := os.Stat(filepath.Join(h.vault(), name)); err == nil {
			return true
		}
	}
	return false
}
