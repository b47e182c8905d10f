package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"pedigree/internal/config"
	"pedigree/internal/keys"
)

func keysCommand(c *cli) *cobra.Command {
	cmd := &cobra.Command{
		Use: "keys", Short: "Protect this home's keys, change them, and print the sheet that restores the custody seed",
		Long: `A home holds six secrets, and more where it needs them. They are plain files of their owner, or protected: one
passphrase opens them all. docs/operate/keys.md says which to keep where.`,
	}
	cmd.AddCommand(keysStatusCommand(c), keysProtectCommand(c), keysChangeCommand(c), keysSheetCommand(c), keysRestoreCommand(c), keysRotateCommand(c), keysRecoverCommand(c))
	return cmd
}

func keysProtectCommand(c *cli) *cobra.Command {
	var file string
	cmd := &cobra.Command{
		Use: "protect", Short: "Put all keys of this home under one passphrase", Args: cobra.NoArgs,
		Long: `Encrypts each secret, reads each back from the disk, and only then removes the
plain files. Cut short, it loses nothing; run it again to complete it.`,
		Example: "  pedigree keys protect --home ./maker\n  pedigree keys protect --home ./maker --passphrase-file /run/secrets/maker",
		RunE:    func(*cobra.Command, []string) error { return c.protectKeys(file) },
	}
	cmd.Flags().StringVar(&file, "passphrase-file", "", "read the passphrase from this file, now and at each start (default: ask)")
	return cmd
}

func (c *cli) protectKeys(file string) error {
	h := c.homeDir()
	if err := h.mustHaveKeys(); err != nil {
		return err
	}
	s := h.keyStore()
	p, err := givenPassphrase(s, file)
	if err != nil {
		return err
	}
	if err := refusedPassphrase(s.Protect(p)); err != nil {
		return err
	}
	advice := "keys.unlock in pedigree.yaml says where the passphrase comes from at each start"
	if file != "" {
		if advice, err = h.noteUnlock(file); err != nil {
			return err
		}
	}
	return c.tellKeys(h, "the keys in "+h.dir+" are protected", advice)
}

// tellKeys ends a verb that changed how the keys are kept.
func (c *cli) tellKeys(h home, done, advice string) error {
	type answer struct {
		Home   string `json:"home"`
		Advice string `json:"advice"`
	}
	return c.out.result(answer{h.dir, advice}, func(w io.Writer) {
		fmt.Fprintf(w, "%s\n", done)
		c.out.say("%s", advice)
	})
}

// mustHaveKeys refuses a folder that is no home.
func (h home) mustHaveKeys() error {
	for _, st := range h.keyStore().Status() {
		if st.State != keys.Missing {
			return nil
		}
	}
	return failWith(exitUsage, "name the node's home with --home; pedigree init makes one", fmt.Errorf("there are no keys in %s", h.dir))
}

// givenPassphrase gets a passphrase from a file or the terminal. A home without
// one gets a new passphrase, which is asked for twice.
func givenPassphrase(s secrets, file string) (keys.Passphrase, error) {
	var p keys.Passphrase
	var err error
	switch {
	case file != "":
		p, err = keys.FromFile(file)
	case s.Protected():
		p, err = keys.Ask(os.Stdin, os.Stderr, "Passphrase of the keys")
	default:
		p, err = keys.AskNew(os.Stdin, os.Stderr)
	}
	if err != nil {
		return "", failWith(exitUsage, "run it on a terminal, or give --passphrase-file with a file of mode 0600", err)
	}
	return p, nil
}

// refusedPassphrase gives a passphrase that is wrong or won't do its exit code.
func refusedPassphrase(err error) error {
	switch {
	case errors.Is(err, keys.ErrWeak):
		return failWith(exitUsage, "choose five or six random words", err)
	case errors.Is(err, keys.ErrPassphrase):
		return failWith(exitRefused, "give the passphrase that the home has; pedigree keys change-passphrase gives it another", err)
	case err != nil:
		return failWith(exitFailed, "docs/operate/keys.md says what each message means", err)
	}
	return nil
}

// unlockLines are the lines of pedigree.yaml that say where the passphrase is.
func unlockLines(how config.Unlock, file string) (string, error) {
	abs, err := filepath.Abs(file)
	if err != nil {
		return "", fmt.Errorf("couldn't find %s: %w", file, err)
	}
	quoted := `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`, `${`, `$${`).Replace(abs) + `"`
	return fmt.Sprintf("keys:\n  unlock: %s\n  file: %s\n", how, quoted), nil
}

// noteUnlock adds to the configuration where the passphrase is. Lines about keys
// that a person wrote are left to that person.
func (h home) noteUnlock(file string) (advice string, err error) {
	lines, err := unlockLines(config.UnlockFile, file)
	if err != nil {
		return "", err
	}
	raw, err := os.ReadFile(h.config())
	if errors.Is(err, fs.ErrNotExist) {
		return "put into pedigree.yaml:\n" + lines, nil
	}
	if err != nil {
		return "", fmt.Errorf("couldn't read the configuration: %w", err)
	}
	text := string(raw)
	if strings.HasPrefix(text, "keys:") || strings.Contains(text, "\nkeys:") {
		return "pedigree.yaml has lines about keys already; make them say:\n" + lines, nil
	}
	if text != "" && !strings.HasSuffix(text, "\n") {
		text += "\n"
	}
	if err := replaceFile(h.config(), []byte(text+lines)); err != nil {
		return "", err
	}
	return "pedigree.yaml says now that the passphrase is in " + file, nil
}

// replaceFile replaces a file whole or not at all.
func replaceFile(path string, content []byte) error {
	partial := path + ".new"
	if err := errors.Join(removeIfThere(partial), writeNew(partial, content)); err != nil {
		return err
	}
	if err := os.Rename(partial, path); err != nil {
		return fmt.Errorf("couldn't write %s: %w", path, err)
	}
	return nil
}

func removeIfThere(path string) error {
	if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}

func keysChangeCommand(c *cli) *cobra.Command {
	var file string
	cmd := &cobra.Command{
		Use: "change-passphrase", Short: "Give the protected keys another passphrase", Args: cobra.NoArgs,
		Long: `Asks for the passphrase as keys.unlock says, then for the new one. Copies of
keys/unlock.age that were made before still open with the old one: destroy them.`,
		Example: "  pedigree keys change-passphrase --home ./maker\n  pedigree keys change-passphrase --home ./maker --new-passphrase-file /run/secrets/maker-2027",
		RunE: func(*cobra.Command, []string) error {
			return c.changePassphrase(file)
		},
	}
	cmd.Flags().StringVar(&file, "new-passphrase-file", "", "read the new passphrase from this file (default: ask)")
	return cmd
}

func (c *cli) changePassphrase(file string) error {
	h := c.homeDir()
	if err := h.mustHaveKeys(); err != nil {
		return err
	}
	s, err := h.secrets()
	if err != nil {
		return err
	}
	if !s.Protected() {
		return failWith(exitUsage, "pedigree keys protect gives it one", fmt.Errorf("the keys in %s are plain and have no passphrase", h.dir))
	}
	var p keys.Passphrase
	if file != "" {
		p, err = keys.FromFile(file)
	} else {
		p, err = keys.AskNew(os.Stdin, os.Stderr)
	}
	if err != nil {
		return failWith(exitUsage, "run it on a terminal, or give --new-passphrase-file with a file of mode 0600", err)
	}
	if err := refusedPassphrase(s.ChangePassphrase(p)); err != nil {
		return err
	}
	advice := "destroy old copies of keys/unlock.age: they open with the old passphrase"
	if cfg, err := h.keysConfig(); err == nil && cfg.Unlock == config.UnlockFile {
		advice += "; put the new one into " + cfg.File + " before the next start"
	}
	return c.tellKeys(h, "the passphrase of the keys in "+h.dir+" is changed", advice)
}
