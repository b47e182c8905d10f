package main

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"pedigree/internal/config"
	"pedigree/internal/vault"
)

func vaultCommand(c *cli) *cobra.Command {
	cmd := &cobra.Command{Use: "vault", Short: "Move the private store between a file and PostgreSQL"}
	cmd.AddCommand(vaultMoveCommand(c))
	return cmd
}

func vaultMoveCommand(c *cli) *cobra.Command {
	var to, password string
	cmd := &cobra.Command{
		Use: "move", Short: "Copy the private store of a stopped node to another place, and check it", Args: cobra.NoArgs,
		Long: `Copies every table from where pedigree.yaml says to a PostgreSQL database, or to a
file in a folder, in one transaction, reads all rows back and compares their hashes.
The original stays as it is. After an error, or when it was cut off, nothing is there:
run it again. At the end it says which lines of pedigree.yaml to change.`,
		Example: "  pedigree vault move --home ./maker --to 'postgres://pedigree@db.example/pedigree?sslmode=verify-full' --password-file /etc/pedigree/db.password\n" +
			"  pedigree vault move --home ./maker --to ./maker/data/vault",
		RunE: func(cmd *cobra.Command, _ []string) error { return c.vaultMove(cmd.Context(), to, password) },
	}
	cmd.Flags().StringVar(&to, "to", "", "URL of a PostgreSQL database, or a folder for the file (required)")
	cmd.Flags().StringVar(&password, "password-file", "", "file that holds the password of the database, alone")
	_ = cmd.MarkFlagRequired("to")
	return cmd
}

// movedTable is a table as the answer tells of it.
type movedTable struct {
	Table  string `json:"table"`
	Rows   int64  `json:"rows"`
	SHA256 string `json:"sha256"`
}

func (c *cli) vaultMove(ctx context.Context, to, password string) error {
	h, began := c.homeDir(), time.Now()
	if _, err := readCard(h.card()); err != nil {
		return failWith(exitUsage, "name the node's home with --home", err)
	}
	target, lines, err := h.moveTarget(to, password)
	if err != nil {
		return err
	}
	if !h.hasVault() {
		return failWith(exitUsage, "start the node once; until then set vault.url in pedigree.yaml", fmt.Errorf("there is no private store in %s yet", h.dir))
	}
	v, err := h.openVault(ctx, slog.New(slog.DiscardHandler))
	if errors.Is(err, vault.ErrInUse) {
		return failWith(exitUnchecked, "stop the node first", err)
	}
	if err != nil {
		return err
	}
	done, err := v.Move(ctx, target)
	if err = errors.Join(err, v.Close()); err != nil {
		return err
	}
	answer := struct {
		Home    string       `json:"home"`
		Tables  []movedTable `json:"tables"`
		Rows    int64        `json:"rows"`
		Seconds float64      `json:"seconds"`
		Config  string       `json:"config"`
	}{Home: h.dir, Config: lines}
	for _, t := range done {
		answer.Tables = append(answer.Tables, movedTable{t.Name, t.Rows, hex.EncodeToString(t.SHA256[:])})
		answer.Rows += t.Rows
	}
	answer.Seconds = time.Since(began).Seconds()
	return c.out.result(answer, func(w io.Writer) {
		fmt.Fprintf(w, "%d tables with %d rows were copied and read back in %.1f s\n", len(answer.Tables), answer.Rows, answer.Seconds)
		fmt.Fprintf(w, "next: set this in %s, then run pedigree fsck and start the node\n%s", h.config(), lines)
		fmt.Fprintln(w, "keep the old store until the new one has proved itself; the node must not be started on it again")
	})
}

// moveTarget says where the copy goes, and what the configuration says then.
func (h home) moveTarget(to, password string) (vault.Config, string, error) {
	var c vault.Config
	if !strings.Contains(to, "://") {
		if password != "" {
			return c, "", failWith(exitUsage, "leave --password-file out", errors.New("a folder has no password"))
		}
		dir, err := filepath.Abs(to)
		c.Dir = dir
		return c, "vault:\n  url: \"\"\n", err
	}
	if err := vault.CheckURL(to); err != nil {
		return c, "", failWith(exitUsage, "docs/operate/store.md has examples", err)
	}
	place := config.Vault{URL: to, PasswordFile: password}
	if password != "" {
		abs, err := filepath.Abs(password)
		if err != nil {
			return c, "", err
		}
		place.PasswordFile = abs
	}
	c.Dir = h.vault()
	c, err := h.onServer(c, place)
	lines := fmt.Sprintf("vault:\n  url: %q\n", to)
	if place.PasswordFile != "" {
		lines += fmt.Sprintf("  password_file: %q\n", place.PasswordFile)
	}
	return c, lines, err
}
